"""The inbox: the steps that wait for somebody, and how many of them there are of which workflow and model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus
from django.apps import apps
from django.db.models import Case, Count, F, Q, QuerySet, When

from django_workflow_engine.access.standing import StandIn
from django_workflow_engine.approvals.active import active_among
from django_workflow_engine.approvals.deadlines import overdue
from django_workflow_engine.approvals.eligibility import held_by
from django_workflow_engine.approvals.roles import roles_held_by
from django_workflow_engine.approvals.substitutes import stand_ins_of
from django_workflow_engine.choices import RUNNING
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.actors import check_actor

MOST_LINES: Final = 50  # of a breakdown: those of which the most wait
_RUN: Final = "flow__workflow_attachment__"
_WORKFLOW: Final = f"{_RUN}workflow"
_TEMPLATE: Final = f"{_WORKFLOW}__cloned_from"


def waiting_steps(user: Any) -> QuerySet[Step]:
    """The open steps that wait for this user, and for those for whom the user stands in now; none for the inactive.

    A seat for whose role its holder does not stand any more is not among them. Filter and order them as any queryset.
    Raises Forbidden for who is no user.
    """
    check_actor(user, "user")
    mine = waits_for(user.pk, stand_ins_of(user.pk)) if active_among([user.pk]) else Q(pk__in=[])
    steps: QuerySet[Step] = Step.objects.filter(mine)
    return steps


def waits_for(user_id: Any, stand_ins: Sequence[StandIn]) -> Q:
    """What is true of the steps that wait for this active user, who stands in for these people; one statement."""
    roles = roles_held_by({user_id, *(one.person_id for one in stand_ins)})
    held = held_by(user_id, roles_held=roles[user_id])
    for one in stand_ins:
        held |= held_by(one.person_id, roles_held=roles[one.person_id]) & one.scope.of_attachments(_RUN)
    running = Q(**{f"{_RUN}status__in": RUNNING, f"{_RUN}tombstone": 0})
    return held & running & Q(status=ApprovalStatus.CURRENT)


@dataclass(frozen=True, kw_only=True)
class WorkflowInbox:
    """How many steps of one workflow wait, and how many of these are overdue.

    The workflow is the template; a frozen version where its template is gone, or is not to be known.
    """

    workflow: WorkFlow
    waiting: int
    overdue: int


@dataclass(frozen=True, kw_only=True)
class ModelInbox:
    """How many steps of objects of one model (app_label.ModelName) wait, and how many of these are overdue."""

    model: str
    waiting: int
    overdue: int


class InboxSummary:
    """The numbers of some of the `waiting_steps`, each counted by the database when it is asked for.

    A step counts once, whatever the queryset joins. `workflows` are those that may be known, None all of them. All
    numbers together cost three statements; a breakdown has the MOST_LINES lines of which the most wait.
    """

    def __init__(self, steps: QuerySet[Step], *, workflows: QuerySet[WorkFlow] | None = None) -> None:
        self._steps, self._workflows = steps.order_by(), workflows

    @property
    def waiting(self) -> int:
        """How many there are."""
        return sum(line.waiting for line in self._models)

    @property
    def overdue(self) -> int:
        """How many of them are overdue."""
        return sum(line.overdue for line in self._models)

    @property
    def by_model(self) -> Sequence[ModelInbox]:
        """By the model of the object; those of which the most wait first."""
        return self._models[:MOST_LINES]

    @cached_property
    def by_workflow(self) -> Sequence[WorkflowInbox]:
        """By workflow; those of which the most wait first."""
        rows = _counted(self._steps.values(counted_of=self._workflow_key))
        lines = list(rows.order_by("-waiting_steps", "counted_of")[:MOST_LINES])
        workflows = WorkFlow.objects.in_bulk([line["counted_of"] for line in lines])
        return [
            WorkflowInbox(workflow=workflows[line["counted_of"]], **_numbers(line))
            for line in lines
            if line["counted_of"] in workflows  # it may have been deleted between the two statements
        ]

    @property
    def _workflow_key(self) -> Case:
        """The key of the template of a step's run, or of the version where there is none to be known."""
        known = Q(**{f"{_WORKFLOW}__is_hidden": True, f"{_TEMPLATE}__isnull": False})
        if self._workflows is not None:
            known &= Q(**{f"{_TEMPLATE}__in": self._workflows.order_by().values("pk")})
        return Case(When(known, then=F(_TEMPLATE)), default=F(_WORKFLOW))

    @cached_property
    def _models(self) -> Sequence[ModelInbox]:
        """All models: a project has as many as it has written."""
        path = f"{_RUN}content_type__"
        lines = _counted(self._steps.values(f"{path}app_label", f"{path}model"))
        found = [
            ModelInbox(model=_label(line[f"{path}app_label"], line[f"{path}model"]), **_numbers(line)) for line in lines
        ]
        return sorted(found, key=lambda line: (-line.waiting, line.model))


def _counted(groups: Any) -> Any:
    late = Count("pk", distinct=True, filter=overdue())
    return groups.annotate(waiting_steps=Count("pk", distinct=True), overdue_steps=late)


def _numbers(line: dict[str, Any]) -> dict[str, int]:
    return {"waiting": line["waiting_steps"], "overdue": line["overdue_steps"]}


def _label(app_label: str, name: str) -> str:
    """A model's label; of one that is installed no more, what its content type has."""
    try:
        model: Any = apps.get_model(app_label, name)
    except LookupError:
        return f"{app_label}.{name}"
    return str(model._meta.label)
