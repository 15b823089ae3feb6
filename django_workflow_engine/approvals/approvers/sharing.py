"""How several people share one approval: how many are enough."""

from __future__ import annotations

import math
from fractions import Fraction

from django_workflow_engine.choices import RoleSelectionStrategy as Sharing
from django_workflow_engine.definitions.approvals import ApprovalConfiguration


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
