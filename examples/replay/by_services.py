"""The replay through the engine's services in Python: without the API, for speed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import Group, User

from django_workflow_engine import services
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import WorkflowAttachment
from examples.replay.description import Asked
from examples.replay.doors import Refused, Seat, State
from examples.replay.history import Act
from examples.replay.models import Request
from examples.replay.trails import Line, acts_of


class Services:
    """A door."""

    def __init__(self) -> None:
        self._role_names: dict[str, str] = {}
        self._rules = 0

    def publish(self, name: str, stages: Sequence[Asked], *, by: User) -> None:
        """The template, and its rule."""
        self._role_names = {str(group.pk): group.name for group in Group.objects.all()}
        made = services.create_workflow(spec=_template(name, stages), actor=by)
        self._rules += 1
        condition = {"compare": {"field": "process", "operator": "equal", "value": name}}
        services.create_start_rule(model=Request, workflow_id=made.pk, condition=condition, weight=self._rules)

    def submit(self, request: Request, *, by: User) -> State:
        """Attach what the rules say."""
        return self._after(lambda: services.attach_workflow_to_object(request, user=by))

    def submit_again(self, state: State, *, by: User) -> State:
        """Resubmit."""
        return self._after(lambda: services.resubmit(attachment_id=state.id, actor=by))

    def approve(self, seat: Seat, *, by: User) -> State:
        """Approve."""
        return self._after(lambda: services.approve_step(step_id=seat.id, actor=by).attachment)

    def reject(self, seat: Seat, *, by: User) -> State:
        """Reject."""
        return self._after(lambda: services.reject_step(step_id=seat.id, actor=by, reason="As in the log").attachment)

    def cancel(self, state: State, *, by: User, reason: str) -> State:
        """Cancel."""
        return self._after(lambda: services.cancel_workflow(attachment_id=state.id, actor=by, reason=reason))

    def trail(self, state: State, *, by: User) -> list[Act]:
        """The events of all runs."""
        attachment = WorkflowAttachment.objects.get(pk=state.id)
        events = list(attachment.events.order_by("pk"))
        steps = ApprovalInstance.objects.in_bulk([event.step_id for event in events if event.step_id is not None])
        return acts_of(
            Line(
                kind=event.kind.upper(),
                role="" if event.step_id is None else self._role_of(steps[event.step_id]),
                by_requester=event.actor_id == str(attachment.target.created_by_id),
                comment=event.comment,
            )
            for event in events
        )

    def _after(self, verb: Callable[[], WorkflowAttachment]) -> State:
        try:
            attachment = verb()
        except WorkflowError as refused:
            raise Refused(f"{refused.code}: {refused.message}") from refused
        waiting = ApprovalInstance.objects.filter(flow=attachment.approval_flow_id, status="current")
        seats = [
            Seat(id=step.pk, role=self._role_of(step), username=step.assigned_to.username)
            for step in waiting.select_related("assigned_to").order_by("pk")
        ]
        return State(id=attachment.pk, status=attachment.status.upper(), seats=seats)

    def _role_of(self, step: ApprovalInstance) -> str:
        return self._role_names.get(str(step.assigned_role_object_id), "")


def _template(name: str, stages: Sequence[Asked]) -> WorkflowSpec:
    return WorkflowSpec(
        name_en=name,
        after_changes="start",
        pipelines=[PipelineSpec(name_en="Approval", stages=[_stage(asked) for asked in stages])],
    )


def _stage(asked: Asked) -> StageSpec:
    role: Any = Group.objects.get(name=asked.role).pk
    return StageSpec(
        name_en=asked.role,
        condition={"compare": {"field": asked.field, "operator": "equal", "value": True}},
        on_reject="requester",
        approvals=[{"approval_type": "role", "user_role": role, "role_selection_strategy": "anyone"}],
    )
