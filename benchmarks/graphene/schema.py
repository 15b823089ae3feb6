"""The roots: each reads its page with all that hangs on it, in a few statements."""

from __future__ import annotations

from typing import Any

import graphene
from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Prefetch, Q
from graphene import relay
from graphql_relay import from_global_id

from benchmarks.graphene.types import (
    AttachmentConnection,
    StepConnection,
    Workflow,
    WorkflowConnection,
)
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAttachment

STAGES = Prefetch("stages", Stage.objects.order_by("order"))
PIPELINES = Prefetch("pipelines", Pipeline.objects.order_by("order").prefetch_related(STAGES))
WORKFLOW_PIPELINES = Prefetch("workflow__pipelines", Pipeline.objects.order_by("order").prefetch_related(STAGES))
OPEN_STEPS = Prefetch(
    "approval_flow__instances",
    ApprovalInstance.objects.filter(status="current")
    .select_related("assigned_to")
    .prefetch_related("assigned_role")
    .order_by("pk"),
    to_attr="open_steps",
)


def templates(viewer: Any) -> Any:
    return (
        WorkFlow.objects.filter(Q(company=None) | Q(company=viewer), is_hidden=False)
        .select_related("company")
        .prefetch_related(PIPELINES)
    )


def with_roles(workflows: list[WorkFlow]) -> list[WorkFlow]:
    """The workflows, with the role of each approval in its JSON; one statement."""
    stages = [stage for row in workflows for pipeline in row.pipelines.all() for stage in pipeline.stages.all()]
    approvals = [approval for stage in stages for approval in stage.stage_info["approvals"]]
    roles = Group.objects.in_bulk({approval["user_role"] for approval in approvals})
    for approval in approvals:
        approval["found_role"] = roles.get(approval["user_role"])
    return workflows


class Query(graphene.ObjectType):
    workflows = relay.ConnectionField(WorkflowConnection)
    workflow = graphene.Field(Workflow, id=graphene.ID(required=True))
    attachments = relay.ConnectionField(AttachmentConnection)
    my_approvals = relay.ConnectionField(StepConnection)

    @staticmethod
    def resolve_workflows(root: Any, info: Any, first: int) -> list[WorkFlow]:
        return with_roles(list(templates(info.context.user).order_by("-created_at", "-pk")[:first]))

    @staticmethod
    def resolve_workflow(root: Any, info: Any, id: str) -> WorkFlow | None:
        found = templates(info.context.user).filter(pk=from_global_id(id).id).first()
        return with_roles([found])[0] if found else None

    @staticmethod
    def resolve_attachments(root: Any, info: Any, first: int) -> list[WorkflowAttachment]:
        viewer = info.context.user
        asked = ApprovalInstance.objects.filter(flow=OuterRef("approval_flow"), assigned_to=viewer)
        seen = WorkflowAttachment.objects.filter(
            Q(started_by=viewer) | Q(workflow__cloned_from__company=viewer) | Exists(asked)
        )
        related = seen.select_related("workflow", "current_pipeline", "current_stage", "started_by", "approval_flow")
        page = related.prefetch_related("target", WORKFLOW_PIPELINES, OPEN_STEPS)
        return list(page.order_by("-created_at", "-pk")[:first])

    @staticmethod
    def resolve_my_approvals(root: Any, info: Any, first: int) -> list[ApprovalInstance]:
        waiting = ApprovalInstance.objects.filter(
            assigned_to=info.context.user, status="current", flow__workflow_attachment__status="in_progress"
        )
        related = waiting.select_related(
            "assigned_to", "flow__workflow_attachment__workflow", "flow__workflow_attachment__current_stage"
        )
        page = related.prefetch_related("assigned_role", "flow__workflow_attachment__target")
        return list(page.order_by("pk")[:first])


schema = graphene.Schema(query=Query)
