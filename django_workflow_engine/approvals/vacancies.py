"""Open seats on which nobody may decide, and the approvals that can never be complete because of them.

Who may decide on a seat is judged in one place, `judge_seats`: of everybody who holds one, and of every role that they
hold it for, and so by the same functions as where they are asked. What it finds is then a condition on rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus
from django.db.models import Case, Model, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.utils.translation import gettext as _

from django_workflow_engine import people
from django_workflow_engine.approvals.active import active_among
from django_workflow_engine.approvals.completion import cannot_be_complete
from django_workflow_engine.approvals.eligibility import role_column
from django_workflow_engine.approvals.permitted import unpermitted_among
from django_workflow_engine.approvals.roles import find_roles, members_of
from django_workflow_engine.approvals.steps import REQUESTER
from django_workflow_engine.models.steps import Step

ROLE: Final = "_role"  # the role that the holder of a seat must still have
_VOTES: Final = "_votes"


@dataclass(frozen=True, kw_only=True)
class Vacancies:
    """What is wrong with those who hold the open seats of some runs: users by primary key, roles by theirs as text.

    `unpermitted` are active, but lack the permission that a decision needs; sending a run again needs none.
    """

    inactive: Collection[Any]
    unpermitted: Collection[Any]
    roles_left: Mapping[str, Collection[Any]]
    roles_gone: Collection[str]  # those among them that do not exist any more

    def condition(self) -> Q:
        """What is true of the seats, as `open_seats` gives them, on which nobody may decide."""
        vacant = Q(assigned_to__in=self.inactive) | Q(assigned_to__in=self.unpermitted) & ~_OF_REQUESTER
        for role_id, user_ids in self.roles_left.items():
            vacant |= Q(**{ROLE: role_id, "assigned_to__in": user_ids})
        left = (user_id for user_ids in self.roles_left.values() for user_id in user_ids)
        concerned = {*self.inactive, *self.unpermitted, *left}
        return Q(assigned_to__isnull=True) | Q(assigned_to__in=concerned) & vacant  # its index finds them

    def reason_of(self, seat: Step) -> str:
        """Why nobody may decide on such a seat, as a clause for people; `assigned_to` must be loaded."""
        if seat.assigned_to is None:
            return _("the account of whoever was asked was deleted")
        name = people.username(seat.assigned_to)
        if seat.assigned_to_id in self.inactive:
            return _("%s is inactive") % name
        if seat.assigned_to_id in self.roles_left.get(getattr(seat, ROLE), ()):
            return _("%s has left the role") % name
        return _("%s lacks the permission to approve") % name


def open_seats(flow_ids: Any) -> QuerySet[Step]:
    """The seats of these flows, by a collection or a queryset of their ids, that wait for a decision, with `ROLE`."""
    return _with_roles(Step.objects.filter(flow__in=flow_ids, status=ApprovalStatus.CURRENT))


def _with_roles(seats: Any) -> QuerySet[Step]:
    """These seats, each with the role that its holder must still have, as text, in `ROLE`."""
    annotated: QuerySet[Step] = seats.annotate(**{ROLE: role_column()})
    return annotated


def judge_seats(seats: QuerySet[Step]) -> Vacancies:
    """Who may not decide on these open seats, though they hold them.

    A substitute stands in for somebody who is active, so the seat of whoever is not is nobody's all the same.
    As many statements for many seats as for one: each holder, and each role, is looked at once.
    """
    everybody, holders = set[Any](), defaultdict[str, set[Any]](set)
    held = seats.filter(assigned_to__isnull=False).order_by().values_list("assigned_to_id", ROLE).distinct()
    for user_id, role_id in held:
        everybody.add(user_id)
        if role_id is not None:
            holders[role_id].add(user_id)
    active, roles = active_among(everybody), find_roles(holders)
    return Vacancies(
        inactive=everybody - active,
        unpermitted=unpermitted_among(active),
        roles_left=dict(_left(holders, roles)),
        roles_gone=holders.keys() - roles.keys(),
    )


def _left(holders: Mapping[str, Collection[Any]], roles: Mapping[str, Model]) -> Iterator[tuple[str, Collection[Any]]]:
    """Those who hold seats for a role and do not hold the role any more; of one that is gone, everybody."""
    everybody = {user_id for user_ids in holders.values() for user_id in user_ids}
    found = [role.pk for role in roles.values()]
    members = members_of(found, among=people.active_users().filter(pk__in=everybody))
    for role_id, user_ids in holders.items():
        left = set(user_ids) - set(members.get(roles[role_id].pk, ()) if role_id in roles else ())
        if left:
            yield role_id, left


def hopeless(seats: QuerySet[Step], vacancies: Vacancies) -> QuerySet[Step]:
    """Those of these open seats on which nobody may decide, and without which their approval is never complete."""
    vacant = vacancies.condition()
    same = Step.objects.filter(flow=OuterRef("flow"), step_number=OuterRef("step_number"))
    counting = _with_roles(same.filter(Q(status=ApprovalStatus.CURRENT) | _COUNTED_WITH_IT))
    vote = Case(When(vacant & Q(status=ApprovalStatus.CURRENT), then=0), default=1)
    votes = Subquery(counting.order_by().values("flow").annotate(sum=Sum(vote)).values("sum"))
    found: QuerySet[Step] = seats.filter(vacant).annotate(**{_VOTES: votes}).filter(cannot_be_complete(votes=_VOTES))
    return found


# What was approved of the number that decides; whoever is asked instead of others, when time is up, has none of theirs.
_COUNTED_WITH_IT: Final = Q(status=ApprovalStatus.APPROVED, quorum_count=OuterRef("quorum_count"))
_OF_REQUESTER: Final = Q(**{f"extra_fields__{REQUESTER}__isnull": False})
