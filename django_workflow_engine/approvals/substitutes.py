"""Who stands in for whom now: nothing is moved, so it is asked of the substitutions whenever somebody would decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from django_workflow_engine.access.standing import Scope, StandIn, persons_in
from django_workflow_engine.approvals.active import active_among
from django_workflow_engine.approvals.permitted import askable_among
from django_workflow_engine.models import Substitution, WorkflowAttachment

LONGEST_CHAIN: Final = 3  # substitutions from the person to who decides


def stand_ins_of(user_id: Any) -> list[StandIn]:
    """Whose seats this user may decide now, each person with the runs that it is for.

    A substitute who is away has a substitute in turn, for what both substitutions are for. Whoever is inactive counts
    neither as a person nor as a substitute between two others; of the user that is not asked. Nor is it asked who has
    the permission to approve: sending a run again needs none. One statement where there is no substitution, two for
    each link of the chain.
    """
    now, found = timezone.now(), dict[StandIn, None]()
    reached = [StandIn(person_id=user_id)]
    for _link in range(LONGEST_CHAIN):
        further = _persons_of(reached, now)
        reached = [one for one in further if one not in found and one.person_id != user_id]
        if not reached:
            break
        found |= dict.fromkeys(reached)
    return list(found)


def persons_for(user_id: Any, attachment: WorkflowAttachment) -> set[Any]:
    """The primary keys of those in whose place this user, if active, may act in the attachment's run now.

    Who decides asks `askable_among` of them as well.
    """
    stand_ins = stand_ins_of(user_id)
    if not stand_ins or not active_among([user_id]):
        return set()
    return persons_in(stand_ins, attachment.workflow, attachment.content_type_id)


def substitutes_of(person_ids: Collection[Any], attachment: WorkflowAttachment) -> set[Any]:
    """The primary keys of those who may decide these people's seats in the attachment's run now, beside them."""
    return {key for key in _below(person_ids) if not persons_for(key, attachment).isdisjoint(person_ids)}


def _persons_of(substitutes: Iterable[StandIn], now: datetime) -> list[StandIn]:
    """Those for whom these stand in directly, within what these are for."""
    scopes = defaultdict(list)
    for one in substitutes:
        scopes[one.person_id].append(one.scope)
    rows = Substitution.objects.lasting(now).filter(substitute__in=scopes.keys()).order_by("pk")
    links = list(rows.values_list("substitute_id", "user_id", "content_type_id", "workflow_id"))
    active = active_among({user_id for _substitute, user_id, *_scope in links})
    found = []
    for substitute_id, user_id, content_type_id, template_id in links:
        own = Scope(content_type_id=content_type_id, template_id=template_id)
        both = (own.within(scope) for scope in scopes[substitute_id])
        found += [StandIn(person_id=user_id, scope=scope) for scope in both if scope is not None and user_id in active]
    return list(dict.fromkeys(found))


def _below(person_ids: Collection[Any]) -> set[Any]:
    """Everybody who is reached from these people by substitutions that last now and may be asked."""
    now, reached, found = timezone.now(), set(person_ids), set[Any]()
    for _link in range(LONGEST_CHAIN):
        rows = Substitution.objects.lasting(now).filter(user__in=reached)
        reached = askable_among(rows.values_list("substitute_id", flat=True)) - found
        if not reached:
            break
        found |= reached
    return found
