"""The least that Python could do: rows by `values_list`, dictionaries, JSON by orjson; no GraphQL at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q

from benchmarks.ratios import timed
from benchmarks.requests.questions import ROWS, Question
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAttachment
from gql_workflows.ids import global_id
from tests.testapp.models import Document

Json = dict[str, Any]


class Least:
    """Times the answers that are written by hand for each question."""

    def __init__(self, viewer: User, workflow: WorkFlow) -> None:
        visible = WorkFlow.objects.filter(Q(company=None) | Q(company=viewer), is_hidden=False)
        self._answers: dict[str, Callable[[], Json]] = {
            "workflows": lambda: _page("workflows", _workflows(visible.order_by("-created_at", "-pk")[:ROWS])),
            "attachments": lambda: _page("attachments", _attachments(viewer)),
            "myApprovals": lambda: _page("myApprovals", _inbox(viewer)),
            "workflow": lambda: {"workflow": _workflows(visible.filter(pk=workflow.pk))[0]},
        }

    def ask(self, question: Question) -> tuple[float, Any]:
        """Milliseconds and answer."""
        answer = self._answers[question.root]
        milliseconds, body = timed(lambda: orjson.dumps({"data": answer()}))
        return milliseconds, orjson.loads(body)


def _page(name: str, nodes: list[Json]) -> Json:
    return {name: {"edges": [{"node": node} for node in nodes]}}


def _workflows(queryset: Any) -> list[Json]:
    columns = ("pk", "name_en", "name_ar", "description", "status", "is_active", "created_at")
    rows = list(queryset.values_list(*columns, "company_id", "company__username"))
    pipelines = _pipelines([row[0] for row in rows])
    return [
        {
            "id": global_id("Workflow", pk),
            "nameEn": name_en,
            "nameAr": name_ar,
            "description": description,
            "status": status.upper(),
            "isActive": is_active,
            "createdAt": created_at.isoformat(),
            "company": {"id": global_id("User", company), "username": username},
            "pipelines": pipelines[pk],
        }
        for pk, name_en, name_ar, description, status, is_active, created_at, company, username in rows
    ]


def _pipelines(workflows: Iterable[int]) -> dict[int, list[Json]]:
    rows = Pipeline.objects.filter(workflow__in=workflows).order_by("order")
    rows = list(rows.values_list("pk", "workflow_id", "name_en", "order"))
    stages = _stages([row[0] for row in rows])
    found: dict[int, list[Json]] = defaultdict(list)
    for pk, workflow, name_en, order in rows:
        pipeline = {"id": global_id("Pipeline", pk), "nameEn": name_en, "order": order, "stages": stages[pk]}
        found[workflow].append(pipeline)
    return found


def _stages(pipelines: Iterable[int]) -> dict[int, list[Json]]:
    rows = Stage.objects.filter(pipeline__in=pipelines).order_by("order")
    rows = list(rows.values_list("pk", "pipeline_id", "name_en", "order", "is_active", "stage_info"))
    wanted = {approval["user_role"] for row in rows for approval in row[5]["approvals"]}
    roles = dict(Group.objects.filter(pk__in=wanted).values_list("pk", "name"))
    found: dict[int, list[Json]] = defaultdict(list)
    for pk, pipeline, name_en, order, is_active, info in rows:
        stage = {
            "id": global_id("Stage", pk),
            "nameEn": name_en,
            "order": order,
            "color": info["color"],
            "isActive": is_active,
            "approvals": [_approval(approval, roles) for approval in info["approvals"]],
        }
        found[pipeline].append(stage)
    return found


def _approval(approval: Json, roles: dict[int, str]) -> Json:
    key = approval["user_role"]
    return {
        "approvalType": approval["approval_type"].upper(),
        "roleSelectionStrategy": approval["role_selection_strategy"].upper(),
        "userRole": {"id": global_id("Role", key), "name": roles[key]},
    }


def _attachments(viewer: User) -> list[Json]:
    asked = ApprovalInstance.objects.filter(flow=OuterRef("approval_flow"), assigned_to=viewer)
    seen = WorkflowAttachment.objects.filter(
        Q(started_by=viewer) | Q(workflow__cloned_from__company=viewer) | Exists(asked)
    )
    own = ("pk", "status", "started_at", "content_type_id", "object_id", "approval_flow_id", "current_pipeline_id")
    others = ("workflow_id", "workflow__name_en", "current_pipeline__name_en", "current_stage_id")
    people = ("current_stage__name_en", "started_by_id", "started_by__username")
    rows = list(seen.order_by("-created_at", "-pk").values_list(*own, *others, *people)[:ROWS])
    names = _names(row[4] for row in rows)
    steps, routes = _open_steps([row[5] for row in rows]), _routes([row[7] for row in rows])
    return [_attachment(row, names, steps, routes) for row in rows]


def _attachment(row: Any, names: dict[str, str], steps: dict[int, list[Json]], routes: dict[int, list[Any]]) -> Json:
    pk, status, started, content_type, target, flow, pipeline, workflow, name, pipeline_name, *rest = row
    stage, stage_name, starter, username = rest
    return {
        "id": global_id("WorkflowAttachment", pk),
        "status": status.upper(),
        "startedAt": started.isoformat(),
        "target": _target(content_type, target, names),
        "workflow": {"id": global_id("Workflow", workflow), "nameEn": name},
        "currentPipeline": {"id": global_id("Pipeline", pipeline), "nameEn": pipeline_name},
        "currentStage": {"id": global_id("Stage", stage), "nameEn": stage_name},
        "startedBy": {"id": global_id("User", starter), "username": username},
        "progress": _progress(routes[workflow], stage),
        "currentSteps": steps[flow],
    }


def _target(content_type: int, key: str, names: dict[str, str]) -> Json:
    label = ContentType.objects.get_for_id(content_type).model_class()._meta.label
    return {"model": label, "key": key, "display": names[key]}


def _names(keys: Iterable[str]) -> dict[str, str]:
    return {str(pk): title for pk, title in Document.objects.filter(pk__in=set(keys)).values_list("pk", "title")}


def _routes(workflows: Iterable[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    stages = Stage.objects.filter(pipeline__workflow__in=workflows).order_by("pipeline__order", "order")
    for workflow, pk, name in stages.values_list("pipeline__workflow_id", "pk", "name_en"):
        found[workflow].append((pk, name))
    return found


def _progress(route: list[Any], stage: int) -> Json:
    place = next(n for n, (pk, _name) in enumerate(route) if pk == stage)
    return {
        "percentage": place * 100 // len(route),
        "position": place + 1,
        "total": len(route),
        "currentStage": route[place][1],
        "nextStage": route[place + 1][1] if place + 1 < len(route) else None,
    }


def _open_steps(flows: Iterable[int]) -> dict[int, list[Json]]:
    columns = ("pk", "flow_id", "step_number", "status", "assigned_to_id", "assigned_to__username")
    steps = ApprovalInstance.objects.filter(flow__in=flows, status="current").order_by("pk")
    rows = list(steps.values_list(*columns, "assigned_role_object_id"))
    roles = dict(Group.objects.filter(pk__in={row[6] for row in rows}).values_list("pk", "name"))
    found: dict[int, list[Json]] = defaultdict(list)
    for pk, flow, number, status, user, username, role in rows:
        step = {
            "id": global_id("ApprovalStep", pk),
            "stepNumber": number,
            "status": status.upper(),
            "assignedTo": {"id": global_id("User", user), "username": username},
            "assignedRole": {"id": global_id("Role", role), "name": roles[int(role)]},
        }
        found[flow].append(step)
    return found


def _inbox(viewer: User) -> list[Json]:
    own = ("pk", "step_number", "status", "comment", "started_at", "assigned_to_id", "assigned_to__username")
    run = ("pk", "status", "content_type_id", "object_id", "workflow_id", "workflow__name_en", "current_stage_id")
    columns = [f"flow__workflow_attachment__{name}" for name in (*run, "current_stage__name_en")]
    waiting = ApprovalInstance.objects.filter(
        assigned_to=viewer, status="current", flow__workflow_attachment__status="in_progress"
    )
    rows = list(waiting.order_by("pk").values_list(*own, "assigned_role_object_id", *columns)[:ROWS])
    roles = dict(Group.objects.filter(pk__in={row[7] for row in rows}).values_list("pk", "name"))
    names = _names(row[11] for row in rows)
    return [_waiting(row, roles, names) for row in rows]


def _waiting(row: Any, roles: dict[int, str], names: dict[str, str]) -> Json:
    pk, number, status, comment, created, user, username, role, attachment, run_status, *rest = row
    content_type, target, workflow, workflow_name, stage, stage_name = rest
    return {
        "id": global_id("ApprovalStep", pk),
        "stepNumber": number,
        "status": status.upper(),
        "comment": comment,
        "createdAt": created.isoformat(),
        "assignedTo": {"id": global_id("User", user), "username": username},
        "assignedRole": {"id": global_id("Role", role), "name": roles[int(role)]},
        "attachment": {
            "id": global_id("WorkflowAttachment", attachment),
            "status": run_status.upper(),
            "target": _target(content_type, target, names),
            "workflow": {"id": global_id("Workflow", workflow), "nameEn": workflow_name},
            "currentStage": {"id": global_id("Stage", stage), "nameEn": stage_name},
        },
    }
