"""What somebody may decide in another person's place, and the runs that are seen for it while a seat is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus
from django.db.models import Q

from django_workflow_engine.access import principals
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.steps import Step


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The runs that a substitution is for: of a model, of a template, of both, or all."""

    content_type_id: Any = None
    template_id: Any = None

    def covers(self, *, content_type_id: Any, template_id: Any) -> bool:
        """Whether it is for the runs of this template on objects of this model."""
        return self.content_type_id in (None, content_type_id) and self.template_id in (None, template_id)

    def within(self, other: Scope) -> Scope | None:
        """What both are for; None where that is nothing."""
        content_type_id = other.content_type_id if self.content_type_id is None else self.content_type_id
        template_id = other.template_id if self.template_id is None else self.template_id
        fits = other.covers(content_type_id=content_type_id, template_id=template_id)
        return Scope(content_type_id=content_type_id, template_id=template_id) if fits else None

    def of_attachments(self, path: str = "") -> Q:
        """What is true of the attachments that it covers; `path` leads to them, as in "flow__workflow_attachment__"."""
        covered = Q()
        if self.content_type_id is not None:
            covered &= Q(**{f"{path}content_type": self.content_type_id})
        if self.template_id is not None:
            version = {f"{path}workflow__cloned_from": self.template_id, f"{path}workflow__is_hidden": True}
            covered &= Q(**{f"{path}workflow": self.template_id}) | Q(**version)
        return covered


EVERYWHERE: Final = Scope()


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Whose seats somebody may decide now, and of which runs."""

    person_id: Any
    scope: Scope = EVERYWHERE


def template_of(workflow: WorkFlow) -> Any:
    """The primary key of the template that a run's workflow is a version of, or is itself."""
    return workflow.cloned_from_id if workflow.is_hidden else workflow.pk


def persons_in(stand_ins: Iterable[StandIn], workflow: WorkFlow, content_type_id: Any) -> set[Any]:
    """The primary keys of those whose seats may be decided in the runs of this workflow on objects of this model."""
    at = {"content_type_id": content_type_id, "template_id": template_of(workflow)}
    return {one.person_id for one in stand_ins if one.scope.covers(**at)}


def with_open_seats(stand_in: StandIn, path: str = "") -> Q:
    """What is true of the attachments that are covered and where the person has an open seat."""
    seats = Step.objects.filter(assigned_to=stand_in.person_id, status=ApprovalStatus.CURRENT).order_by()
    return Q(**{f"{path}approval_flow__in": seats.values("flow")}) & stand_in.scope.of_attachments(path)


def participations(stand_ins: Sequence[StandIn]) -> list[Q]:
    """For each of them, what is true of the person's own participations in the runs that are seen in that place."""
    return [Q(principal=principals.of_user(one.person_id)) & with_open_seats(one, "attachment__") for one in stand_ins]
