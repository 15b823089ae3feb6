"""How several people share one approval: how many are enough, and whose turn it is."""

from __future__ import annotations

import math
from collections.abc import Collection
from fractions import Fraction
from typing import Any

from approval_workflow.choices import ApprovalStatus
from django.contrib.auth import get_user_model
from django.db.models import Count, Q

from django_workflow_engine.choices import RoleSelectionStrategy as Sharing
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.models.exact import is_one_of


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


def least_busy(user_ids: Collection[Any], role_id: str) -> Any:
    """The one with the fewest open steps; among equals, the one asked least often for this role."""
    asked = get_user_model()._base_manager.filter(pk__in=user_ids)  # theirs may count something else already
    counted = asked.annotate(
        _open=Count("approvalinstance", filter=Q(approvalinstance__status=ApprovalStatus.CURRENT)),
        _asked=Count("approvalinstance", filter=is_one_of("approvalinstance__assigned_role_object_id", [role_id])),
    )
    return counted.order_by("_open", "_asked", "pk").values_list("pk", flat=True)[0]
