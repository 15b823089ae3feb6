"""The hierarchies: managers of the requester, or members of the roles above, one for each level."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.approvals import managers
from django_workflow_engine.approvals.approvers.own import Question
from django_workflow_engine.approvals.approvers.sharing import no_member
from django_workflow_engine.approvals.permitted import askable_members
from django_workflow_engine.choices import RoleSelectionStrategy as Sharing
from django_workflow_engine.definitions.approver_types import Nobody
from django_workflow_engine.people import is_active


def people_above(role: Any, question: Question) -> list[Any]:
    """HIERARCHY_UP asks the manager exactly so many levels up, HIERARCHY_CHAIN every one up to there, lowest first."""
    levels = question.approval.hierarchy_levels or 1
    chain = (
        _by_parents(role, levels, question) if managers.has_parents(role) else _by_managers(question.requester, levels)
    )
    if len(chain) < levels:
        raise Nobody(_("nobody stands %d levels up") % levels)
    if question.approval.role_selection_strategy == Sharing.HIERARCHY_UP:
        chain = chain[levels - 1 :]
    return question.free_and_permitted(dict.fromkeys(chain))


def _by_managers(requester: Any, levels: int) -> list[Any]:
    if requester is None:
        return []
    above = list(managers.managers_above(requester, levels))
    if any(not is_active(manager) for manager in above):
        raise Nobody(_("a manager on the way up is inactive"))
    return [manager.pk for manager in above]


def _by_parents(role: Any, levels: int, question: Question) -> list[Any]:
    """One member of each role above, in turn: barred, or asked below, only where nobody else is there."""
    above = list(managers.roles_above(role, levels))
    members = askable_members({parent.pk for parent in above})
    for parent in above:
        if not members.get(parent.pk):
            raise Nobody(no_member(parent))
    chain: list[Any] = []
    for parent in above:
        free = [key for key in members[parent.pk] if key not in question.barred and key not in chain]
        chain.append(question.people.common.turns.take(free or members[parent.pk], str(parent.pk)))
    return chain
