"""Who may decide on a seat: the one rule, for the verbs and for what clients are told beforehand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from approval_workflow.models import ApprovalInstance
from django.db.models import Q

from django_workflow_engine import people
from django_workflow_engine.choices import RoleSelectionStrategy as Sharing


@dataclass(frozen=True, kw_only=True)
class Person:
    """A user as the audit trail keeps one: key and name as values."""

    key: str
    name: str


def belongs_to(step: ApprovalInstance, user: Any, *, roles_held: Collection[str]) -> bool:
    """Whether the seat is the user's own, the user is active, and still holds the role it was given for.

    `step.assigned_to` must be loaded; `roles_held` are the primary keys, as text, of the roles that the user
    holds now. Seats are fixed when an approval opens: who joins a role later gets none.
    """
    if step.assigned_to_id is None or step.assigned_to_id != user.pk or not people.is_active(step.assigned_to):
        return False
    return keeps_its_role(step, roles_held=roles_held)


def keeps_its_role(step: ApprovalInstance, *, roles_held: Collection[str]) -> bool:
    """Whether a holder who has these roles still has the one that the seat was given for, if any."""
    role_id = role_of(step)
    return role_id is None or role_id in roles_held


def open_to(user: Any, *, roles_held: Collection[str]) -> Q:
    """The same rule as a condition on steps: the seats that are the user's own, and for which the role is still held.

    Whether the user is active, and the step still open, is asked beside it.
    """
    kept = Q(assigned_role_object_id__isnull=True) | Q(assigned_role_object_id__in=roles_held)
    needs_no_role = Q(delegation_chain__isnull=False) | Q(role_selection_strategy__in=_HIERARCHIES)
    return Q(assigned_to=user) & (kept | needs_no_role)


def role_of(step: ApprovalInstance) -> str | None:
    """The role that the holder must still have; None where the seat is a person's own.

    A seat that was passed on belongs to its receiver, and a manager is asked for standing above, not for a role.
    """
    if step.delegation_chain or step.role_selection_strategy in _HIERARCHIES:
        return None
    return step.assigned_role_object_id


def first_holder(step: ApprovalInstance) -> Person | None:
    """Whose seat it was before it was passed on; None for a seat that never was."""
    if not step.delegation_chain:
        return None
    link = step.delegation_chain[0]
    return Person(key=link["from_user"], name=link["from_name"])


def is_complete(step: ApprovalInstance, *, others: Collection[Any], approvers: Collection[str]) -> bool:
    """Whether what the step asks is complete, with these other seats undecided and approved by these people."""
    if step.role_selection_strategy in _COUNTED:
        return len(approvers) >= (step.quorum_count or 1)
    if step.role_selection_strategy in _UNANIMOUS:
        return not others and not afterwards(step)
    return True


def afterwards(step: ApprovalInstance) -> list[str]:
    """Who is asked after this seat of a chain, in order, by primary key as text; fixed when the approval opened."""
    return list((step.extra_fields or {}).get(AFTERWARDS, ()))


def is_counted(step: ApprovalInstance) -> bool:
    """Whether the number of approvals decides."""
    return step.role_selection_strategy in _COUNTED


AFTERWARDS: Final = "afterwards"  # where a row keeps the rest of its chain, among its extra fields
_HIERARCHIES: Final = frozenset({Sharing.HIERARCHY_UP, Sharing.HIERARCHY_CHAIN})
_COUNTED: Final = frozenset({Sharing.QUORUM, Sharing.MAJORITY, Sharing.PERCENTAGE})
_UNANIMOUS: Final = _HIERARCHIES | {Sharing.CONSENSUS}
