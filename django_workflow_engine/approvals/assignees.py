"""Who is asked: from a position's approval configurations to the users that get a seat."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from approval_workflow.choices import ApprovalStatus
from django.contrib.auth import get_user_model
from django.db.models import Count, Model, Q
from django.utils.translation import gettext as _

from django_workflow_engine.approvals import roles
from django_workflow_engine.choices import ApprovalTypes, RoleSelectionStrategy
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.errors import NoApprover
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.strategies import Position


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """The users that one approval asks; `role_id` is text where they are asked as members of a role."""

    configuration: ApprovalConfiguration
    user_ids: Sequence[Any]
    role_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class People:
    """Everything that assigning a position's approvals has to know, read with at most three statements."""

    roles: dict[Any, Model]
    members: dict[Any, list[Any]]
    active_users: set[Any]
    requester: Any


def assign(
    position: Position, approvals: Sequence[ApprovalConfiguration], *, requester: Callable[[], Any]
) -> list[Assignment]:
    """Who decides these approvals of a position.

    `requester` gives the user (or None) that a SELF approval asks; it is called only when there is one. Raises
    NoApprover, naming position and role, as soon as one of them can be decided by nobody.
    """
    people = _read_people(approvals, requester)
    return [_ASSIGN[approval.approval_type](position, approval, people) for approval in approvals]


def _read_people(approvals: Sequence[ApprovalConfiguration], requester: Callable[[], Any]) -> People:
    found = roles.find_roles({approval.user_role for approval in approvals if approval.user_role is not None})
    asks_self = any(approval.approval_type == ApprovalTypes.SELF for approval in approvals)
    person = requester() if asks_self else None
    wanted = {approval.approval_user for approval in approvals if approval.approval_user is not None}
    return People(
        roles=found,
        members=roles.members_of({role.pk for role in found.values()}),
        active_users=_active(wanted | ({person.pk} if person is not None else set())),
        requester=person,
    )


def _active(keys: Collection[Any]) -> set[Any]:
    model = get_user_model()
    wanted = {to_primary_key(model, key) for key in keys} - {None}
    if not wanted:
        return set()
    return set(model._default_manager.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True))


def _assign_user(position: Position, approval: ApprovalConfiguration, people: People) -> Assignment:
    user_id = to_primary_key(get_user_model(), approval.approval_user)
    if user_id not in people.active_users:
        raise _nobody(position, approval, _("the user it names is gone or inactive"))
    return Assignment(configuration=approval, user_ids=[user_id])


def _assign_self(position: Position, approval: ApprovalConfiguration, people: People) -> Assignment:
    if people.requester is None or people.requester.pk not in people.active_users:
        raise _nobody(position, approval, _("the object has no active person of its own"))
    return Assignment(configuration=approval, user_ids=[people.requester.pk])


def _assign_role(position: Position, approval: ApprovalConfiguration, people: People) -> Assignment:
    role = people.roles.get(approval.user_role)
    if role is None:
        raise _nobody(position, approval, _("the role %s does not exist") % approval.user_role)
    members = people.members.get(role.pk, [])
    if not members:
        raise _nobody(position, approval, _("the role “%s” has no active member") % role)
    if approval.role_selection_strategy == RoleSelectionStrategy.ROUND_ROBIN:
        members = [_least_busy(members, str(role.pk))]
    return Assignment(configuration=approval, user_ids=members, role_id=str(role.pk))


_ASSIGN = {
    ApprovalTypes.USER: _assign_user,
    ApprovalTypes.SELF: _assign_self,
    ApprovalTypes.ROLE: _assign_role,
}


def _least_busy(user_ids: Sequence[Any], role_id: str) -> Any:
    """The one with the fewest open steps; among equals, the one asked least often for this role."""
    users = get_user_model()._default_manager.filter(pk__in=user_ids)
    counted = users.annotate(
        _open=Count("approvalinstance", filter=Q(approvalinstance__status=ApprovalStatus.CURRENT)),
        _asked=Count("approvalinstance", filter=Q(approvalinstance__assigned_role_object_id=role_id)),
    )
    return counted.order_by("_open", "_asked", "pk").values_list("pk", flat=True)[0]


def _nobody(position: Position, approval: ApprovalConfiguration, reason: str) -> NoApprover:
    message = _("Nobody can decide “%(position)s”: %(reason)s.") % {"position": position.name, "reason": reason}
    return NoApprover(message, position=position.name, approval=approval)
