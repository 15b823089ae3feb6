"""One run of each course, made by the engine's own services: what is multiplied afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from benchmarks.growth.shape import Course
from benchmarks.growth.templates import Cast
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    delegate_step,
    reject_step,
)
from gql_workflows.demo.models import PurchaseRequest


class Pattern:
    """A run on the first cast's version, and what its people do."""

    def __init__(self, cast: Cast, *, starts: bool = True) -> None:
        self.requester, self.first, self.second, _other, self.third, self.delegate, _company = cast.people
        template = cast.version.cloned_from
        assert template is not None
        purchase = PurchaseRequest.objects.create(title="Laptops", amount=Decimal(1000), requester=self.requester)
        self.attachment = attach_workflow_to_object(purchase, template, self.requester, auto_start=starts)

    def seat(self, person: Any) -> Step:
        """The seat that this person has now."""
        return Step.objects.get(flow=self.attachment.approval_flow_id, assigned_to=person, status="current")

    def approve(self, *people: Any) -> None:
        """Each of them approves, one after the other."""
        for person in people:
            approve_step(step_id=self.seat(person).pk, actor=person, comment="Fine with me")

    def reject(self, person: Any) -> None:
        """One of them rejects."""
        reject_step(step_id=self.seat(person).pk, actor=person, reason="Too expensive")

    def pass_on(self, person: Any, receiver: Any) -> None:
        """One of them delegates."""
        delegate_step(step_id=self.seat(person).pk, actor=person, user_id=receiver.pk, reason="On leave")

    def cancel(self) -> None:
        """Who started it calls it off."""
        cancel_workflow(attachment_id=self.attachment.pk, actor=self.requester, reason="Not needed any more")


def make_patterns(cast: Cast) -> dict[Course, WorkflowAttachment]:
    """The attachment of a run of each course, on one version."""
    return {course: make(cast).attachment for course, make in _COURSES.items()}


def _after(*acts: Callable[[Pattern], None]) -> Callable[[Cast], Pattern]:
    def make(cast: Cast) -> Pattern:
        pattern = Pattern(cast)
        for act in acts:
            act(pattern)
        return pattern

    return make


_COURSES: Final[Mapping[Course, Callable[[Cast], Pattern]]] = {
    Course.ATTACHED: lambda cast: Pattern(cast, starts=False),
    Course.WAITS_AT_FIRST: _after(),
    Course.WAITS_AT_SECOND: _after(lambda run: run.approve(run.first)),
    Course.WAITS_AT_THIRD: _after(lambda run: run.approve(run.first, run.second)),
    Course.COMPLETED: _after(lambda run: run.approve(run.first, run.second, run.third)),
    Course.COMPLETED_BY_DELEGATE: _after(
        lambda run: run.pass_on(run.first, run.delegate),
        lambda run: run.approve(run.delegate, run.second, run.third),
    ),
    Course.REJECTED_AT_FIRST: _after(lambda run: run.reject(run.first)),
    Course.REJECTED_AT_SECOND: _after(lambda run: run.approve(run.first), lambda run: run.reject(run.second)),
    Course.CANCELLED: _after(lambda run: run.cancel()),
}
