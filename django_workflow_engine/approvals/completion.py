"""When what a step asks is complete: the one rule, whatever the approval package counts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.db.models import Case, F, Q, When

from django_workflow_engine.approvals.eligibility import HIERARCHIES
from django_workflow_engine.choices import RoleSelectionStrategy as Sharing
from django_workflow_engine.models.steps import Step


def is_complete(step: Step, *, others: Collection[Any], approvers: Collection[str]) -> bool:
    """Whether what the step asks is complete, with these other seats undecided and approved by these people."""
    if step.role_selection_strategy in _COUNTED:
        required: int = step.quorum_count
        return len(approvers) >= required
    if step.role_selection_strategy in _UNANIMOUS:
        return not others and not afterwards(step)
    return True


def cannot_be_complete(*, votes: str) -> Q:
    """Of seats on which nobody may decide: those whose approval can never be complete; `is_complete` on rows.

    `votes` is the column that says how many have approved it or still may.
    """
    wanted = Case(When(role_selection_strategy__in=_COUNTED, then=F("quorum_count")), default=1)
    return Q(role_selection_strategy__in=_UNANIMOUS) | Q(**{f"{votes}__lt": wanted})


def enough_of(count: int, required: int | None) -> int:
    """How many of so many approvals that are asked all at once complete their position; `required` None: all."""
    return min(required or count, count)


def is_counted(step: Step) -> bool:
    """Whether the number of approvals decides."""
    return step.role_selection_strategy in _COUNTED


def afterwards(step: Step) -> list[str]:
    """Who is asked after this seat of a chain, in order, by primary key as text; fixed when the approval opened."""
    return list((step.extra_fields or {}).get(AFTERWARDS, ()))


AFTERWARDS: Final = "afterwards"  # where a row keeps the rest of its chain, among its extra fields
_COUNTED: Final = frozenset({Sharing.QUORUM, Sharing.MAJORITY, Sharing.PERCENTAGE})
_UNANIMOUS: Final = HIERARCHIES | {Sharing.CONSENSUS}
