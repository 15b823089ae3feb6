"""Who is asked: from a position's approval configurations to the users that get a seat."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus
from django.contrib.auth import get_user_model
from django.db.models import Count, Model, Q
from django.utils.translation import gettext as _

from django_workflow_engine.approvals import eligibility, managers, roles
from django_workflow_engine.approvals.eligibility import HIERARCHIES
from django_workflow_engine.choices import ApprovalTypes
from django_workflow_engine.choices import RoleSelectionStrategy as Sharing
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.errors import NoApprover, Path
from django_workflow_engine.models.exact import is_one_of
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.objects import text_of
from django_workflow_engine.people import active_users, inactive_among, is_active
from django_workflow_engine.reading import isolated
from django_workflow_engine.strategies import Position

_OF_THE_REQUESTER: Final = frozenset({ApprovalTypes.SELF, ApprovalTypes.TEAM_HEAD})


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """The users that one approval asks.

    `role_id` is text where they are asked as members of a role; `required` is how many approvals are enough
    where the approval counts them.
    """

    configuration: ApprovalConfiguration
    user_ids: Sequence[Any]
    role_id: str | None = None
    required: int | None = None


@dataclass(frozen=True, kw_only=True)
class People:
    """Everything about people that assigning approvals has to know."""

    roles: dict[Any, Model]
    members: dict[Any, list[Any]]
    active_users: set[Any]
    requester: Any
    barred: frozenset[Any]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Whose run it is: the object's own person, and the primary keys of everybody whose object or run it is.

    `person` gives a user or None; both are called only where an approval depends on them.
    """

    person: Callable[[], Any]
    own: Callable[[], frozenset[Any]]


class _Nobody(Exception):
    """Inside this module: why an approval can be decided by nobody."""


def assign(
    position: Position, approvals: Sequence[ApprovalConfiguration], *, origin: Origin, path: Path
) -> list[Assignment]:
    """Who decides these approvals of a position; with FORBID_SELF_APPROVAL nobody who is barred is asked.

    Raises NoApprover, naming position and role, as soon as one of the approvals can be decided by nobody; `path` is
    what in the caller's input led here.
    """
    people = _read_people(approvals, origin)
    return [_assign_one(approval, people, position, path) for approval in approvals]


def assign_each(
    asked: Sequence[tuple[Position, ApprovalConfiguration]], origin: Origin
) -> Iterator[tuple[Sequence[Any], str | None]]:
    """The users that each of these approvals would ask, or why nobody could decide it."""
    people = _read_people([approval for _position, approval in asked], origin)
    for position, approval in asked:
        try:
            yield _assign_one(approval, people, position, ()).user_ids, None
        except NoApprover as refused:
            yield (), refused.message


def _assign_one(approval: ApprovalConfiguration, people: People, position: Position, path: Path) -> Assignment:
    try:
        return _ASSIGN[approval.approval_type](approval, people, position)
    except _Nobody as nobody:
        facts = {"position": position.holder.shown_name, "reason": nobody}
        message = _("Nobody can decide “%(position)s”: %(reason)s.") % facts
        raise NoApprover(message, path=path, position=position.name, approval=approval) from nobody


def _read_people(approvals: Sequence[ApprovalConfiguration], origin: Origin) -> People:
    """Roles, their members and the named users in three statements; the object's own person where it matters."""
    found = roles.find_roles({approval.user_role for approval in approvals if approval.user_role is not None})
    members = roles.members_of({role.pk for role in found.values()})
    matters = any(_depends_on_requester(approval) for approval in approvals)
    requester = origin.person() if matters else None
    barred = eligibility.barred(origin.own)
    return People(
        roles=found,
        members={role_id: [key for key in keys if key not in barred] for role_id, keys in members.items()},
        active_users=active_among(
            approval.approval_user for approval in approvals if approval.approval_user is not None
        ),
        requester=requester,
        barred=barred,
    )


def _depends_on_requester(approval: ApprovalConfiguration) -> bool:
    return approval.approval_type in _OF_THE_REQUESTER or approval.role_selection_strategy in HIERARCHIES


def active_among(keys: Iterable[Any]) -> set[Any]:
    """The primary keys of the active users among these keys, which may be text; one statement, none for no key."""
    model = get_user_model()
    wanted = {to_primary_key(model, key) for key in keys} - {None}
    if not wanted:
        return set()
    found = set(active_users().filter(pk__in=wanted).values_list("pk", flat=True))
    return found - inactive_among(found)


def active_user(key: Any) -> Any:
    """The active user with this primary key, which may be text, or None; one statement."""
    model = get_user_model()
    parsed = to_primary_key(model, key)
    found = None if parsed is None else active_users().filter(pk=parsed).first()
    return found if found is not None and is_active(found) else None


def _assign_user(approval: ApprovalConfiguration, people: People, position: Position) -> Assignment:
    user_id = to_primary_key(get_user_model(), approval.approval_user)
    if user_id not in people.active_users:
        raise _Nobody(_("the user it names is gone or inactive"))
    _check_not_barred(user_id, people)
    return Assignment(configuration=approval, user_ids=[user_id])


def _assign_self(approval: ApprovalConfiguration, people: People, position: Position) -> Assignment:
    return _one_person(approval, people.requester, _("the object has no active person of its own"))


def _assign_team_head(approval: ApprovalConfiguration, people: People, position: Position) -> Assignment:
    manager = managers.manager_of(people.requester)
    return _one_other(approval, manager, people, _("the object's own person has no active manager"))


def _assign_department_head(approval: ApprovalConfiguration, people: People, position: Position) -> Assignment:
    head = managers.department_head(position.pipeline)
    return _one_other(approval, head, people, _("the pipeline's department has no active head"))


def _one_other(approval: ApprovalConfiguration, person: Any, people: People, reason: str) -> Assignment:
    """One person, who must not be barred as the object's own."""
    assignment = _one_person(approval, person, reason)
    _check_not_barred(person.pk, people)
    return assignment


def _check_not_barred(user_id: Any, people: People) -> None:
    if user_id in people.barred:
        raise _Nobody(_("whoever it asks has created or started this"))


def _one_person(approval: ApprovalConfiguration, person: Any, reason: str) -> Assignment:
    if person is None or not is_active(person):
        raise _Nobody(reason)
    return Assignment(configuration=approval, user_ids=[person.pk])


def _assign_role(approval: ApprovalConfiguration, people: People, position: Position) -> Assignment:
    role = people.roles.get(approval.user_role)
    if role is None:
        raise _Nobody(_("the role %s does not exist") % approval.user_role)
    if approval.role_selection_strategy in HIERARCHIES:
        return _assign_hierarchy(approval, role, people)
    members = people.members.get(role.pk, [])
    if not members:
        raise _Nobody(_("the role “%s” has no active member") % isolated(text_of(role)))
    if approval.role_selection_strategy == Sharing.ROUND_ROBIN:
        members = [_least_busy(members, str(role.pk))]
    required = required_of(approval, len(members))
    if required is not None and required > len(members):
        facts = {"role": isolated(text_of(role)), "count": len(members), "required": required}
        raise _Nobody(_("the role “%(role)s” has %(count)d active members and needs %(required)d") % facts)
    return Assignment(configuration=approval, user_ids=members, role_id=str(role.pk), required=required)


def required_of(approval: ApprovalConfiguration, members: int) -> int | None:
    """How many approvals of so many members are enough, exactly; None where the approval does not count."""
    if approval.role_selection_strategy == Sharing.QUORUM:
        return approval.quorum_count
    if approval.role_selection_strategy == Sharing.MAJORITY:
        return members // 2 + 1
    if approval.role_selection_strategy == Sharing.PERCENTAGE:
        return max(1, math.ceil(members * Fraction(str(approval.percentage_required or 0)) / 100))
    return None


def _assign_hierarchy(approval: ApprovalConfiguration, role: Any, people: People) -> Assignment:
    """HIERARCHY_UP asks the manager exactly so many levels up, HIERARCHY_CHAIN every one up to there, lowest first."""
    levels = approval.hierarchy_levels or 1
    chain = (
        _by_parents(role, levels, people.barred)
        if managers.has_parents(role)
        else _by_managers(people.requester, levels)
    )
    if len(chain) < levels:
        raise _Nobody(_("nobody stands %d levels up") % levels)
    if approval.role_selection_strategy == Sharing.HIERARCHY_UP:
        chain = chain[levels - 1 :]
    chain = [user_id for user_id in dict.fromkeys(chain) if user_id not in people.barred]
    if not chain:
        raise _Nobody(_("whoever it asks has created or started this"))
    return Assignment(configuration=approval, user_ids=chain, role_id=str(role.pk))


def _by_managers(requester: Any, levels: int) -> list[Any]:
    if requester is None:
        return []
    above = list(managers.managers_above(requester, levels))
    if any(not is_active(manager) for manager in above):
        raise _Nobody(_("a manager on the way up is inactive"))
    return [manager.pk for manager in above]


def _by_parents(role: Any, levels: int, barred: Collection[Any]) -> list[Any]:
    """One member of each role above, the least busy one: barred, or asked below, only where nobody else is there."""
    above = list(managers.roles_above(role, levels))
    members = roles.members_of({parent.pk for parent in above})
    for parent in above:
        if not members.get(parent.pk):
            raise _Nobody(_("the role “%s” has no active member") % isolated(text_of(parent)))
    chain: list[Any] = []
    for parent in above:
        free = [key for key in members[parent.pk] if key not in barred and key not in chain]
        chain.append(_least_busy(free or members[parent.pk], str(parent.pk)))
    return chain


_ASSIGN: Final[Mapping[ApprovalTypes, Callable[[ApprovalConfiguration, People, Position], Assignment]]] = {
    ApprovalTypes.USER: _assign_user,
    ApprovalTypes.SELF: _assign_self,
    ApprovalTypes.ROLE: _assign_role,
    ApprovalTypes.TEAM_HEAD: _assign_team_head,
    ApprovalTypes.DEPARTMENT_HEAD: _assign_department_head,
}


def _least_busy(user_ids: Collection[Any], role_id: str) -> Any:
    """The one with the fewest open steps; among equals, the one asked least often for this role."""
    asked = get_user_model()._base_manager.filter(pk__in=user_ids)  # theirs may count something else already
    counted = asked.annotate(
        _open=Count("approvalinstance", filter=Q(approvalinstance__status=ApprovalStatus.CURRENT)),
        _asked=Count("approvalinstance", filter=is_one_of("approvalinstance__assigned_role_object_id", [role_id])),
    )
    return counted.order_by("_open", "_asked", "pk").values_list("pk", flat=True)[0]
