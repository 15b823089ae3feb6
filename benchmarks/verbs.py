"""Attaching and approving, with one ROLE/anyone approval per position and permissions required.

Content types are warm, as in a server that has run for a while; the actor is no superuser and is read anew
for each call, so that no permission is cached.
"""

from __future__ import annotations

from typing import Final

from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import override_settings

from benchmarks.figures import Figure, rolled_back, statements
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import approve_step, attach_workflow_to_object, create_workflow
from tests.factories import UserFactory, by_role, group_of
from tests.testapp.models import Document

ATTACH_LIMIT: Final = 20
ATTACH_AFTER_A_CHANGE_LIMIT: Final = 30
APPROVE_LIMIT: Final = 20
MOVE_REFERENCE: Final = 43
SIZES: Final = {(1, 1): 42, (2, 3): 54, (5, 10): 152}  # pipelines x stages: what the reference takes to attach
MEMBERS: Final = 6

permissions_required = override_settings(
    DJANGO_WORKFLOW_ENGINE={
        "ENABLED_MODELS": ["testapp.Document"],
        "PERMISSIONS": {"REQUIRE_PERMISSION_TO_START": True, "REQUIRE_PERMISSION_TO_APPROVE": True},
    }
)


@rolled_back
@permissions_required
def attaching() -> list[Figure]:
    """Attach and start: the first time after a change of the template, and then the next time."""
    role, figures = _role(), []
    for (pipelines, stages), reference in SIZES.items():
        workflow, size = _template(role, pipelines, stages), f"attach and start, {pipelines}x{stages}"
        first, then = _attach(workflow, role)[1], _attach(workflow, role)[1]
        changed = f"{size}, first after a change"
        figures += [
            Figure(name=changed, measured=first, limit=ATTACH_AFTER_A_CHANGE_LIMIT, reference=reference),
            Figure(name=size, measured=then, limit=ATTACH_LIMIT, reference=reference),
        ]
    return figures


@rolled_back
@permissions_required
def approving() -> list[Figure]:
    """Approve with a move to the next stage, to the next pipeline, and to the end."""
    role = _role()
    document, _cost = _attach(_template(role, 2, 2), role)
    next_stage, next_pipeline, _again, end = (_approve(document) for _position in range(4))
    return [
        Figure(name="approve, to the next stage", measured=next_stage, limit=APPROVE_LIMIT, reference=MOVE_REFERENCE),
        Figure(name="approve, to the next pipeline", measured=next_pipeline, limit=APPROVE_LIMIT),
        Figure(name="approve, completes", measured=end, limit=APPROVE_LIMIT),
    ]


def _role() -> Group:
    members = UserFactory.create_batch(MEMBERS)
    wanted = Permission.objects.filter(codename__in=["start_workflow", "approve_workflow"])
    for member in members:
        member.user_permissions.set(wanted)
    return group_of(*members)


def _template(role: Group, pipelines: int, stages: int) -> WorkFlow:
    below = [StageSpec(name_en=f"Stage {n}", approvals=[by_role(role)]) for n in range(stages)]
    above = [PipelineSpec(name_en=f"Pipeline {n}", stages=below) for n in range(pipelines)]
    return create_workflow(spec=WorkflowSpec(name_en="Purchase approval", pipelines=above))


def _attach(workflow: WorkFlow, role: Group) -> tuple[Document, int]:
    document, actor = Document.objects.create(title="Plan"), role.user_set.order_by("pk").first()
    ContentType.objects.get_for_models(Document, Group)  # warm
    return document, statements(lambda: attach_workflow_to_object(document, workflow, user=actor))


def _approve(document: Document) -> int:
    step = ApprovalInstance.objects.filter(flow__object_id=str(document.pk), status="current").order_by("pk")[0]
    actor = User.objects.get(pk=step.assigned_to_id)
    return statements(lambda: approve_step(step_id=step.pk, actor=actor))
