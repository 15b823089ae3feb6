"""How several people share one approval: how many are enough."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.approvals.permitted import because
from django_workflow_engine.choices import RoleSelectionStrategy as Sharing
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models.objects import text_of


def shortage(approval: ApprovalConfiguration, role: Any, members: int) -> str | None:
    """Why so many members of the role are too few to decide the approval, as a clause for people; None: enough."""
    if not members:
        return no_member(role)
    required = required_of(approval, members)
    if required is None or required <= members:
        return None
    facts = {"role": isolated(text_of(role)), "count": members, "required": required}
    return _("the role “%(role)s” has %(count)d active members and needs %(required)d") % facts


def no_member(role: Any) -> str:
    """Why nobody of the role is asked, as a clause for people."""
    plain = _("the role “%s” has no active member")
    return because(plain, _("the role “%s” has no active member with the permission to approve")) % isolated(
        text_of(role)
    )


def majority(members: int) -> int:
    """More than half of so many."""
    return members // 2 + 1


def required_of(approval: ApprovalConfiguration, members: int) -> int | None:
    """How many approvals of so many members are enough, exactly; None where the approval does not count."""
    if approval.role_selection_strategy == Sharing.QUORUM:
        return approval.quorum_count
    if approval.role_selection_strategy == Sharing.MAJORITY:
        return majority(members)
    if approval.role_selection_strategy == Sharing.PERCENTAGE:
        return max(1, math.ceil(members * Fraction(str(approval.percentage_required or 0)) / 100))
    return None
