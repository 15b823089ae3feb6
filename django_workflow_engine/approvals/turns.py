"""Whose turn it is where a role takes turns: counted once for a call, and counted on as it asks people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from approval_workflow.choices import ApprovalStatus
from django.contrib.auth import get_user_model
from django.db.models import Count, Q

from django_workflow_engine.models.exact import is_one_of
from django_workflow_engine.models.steps import Step


class Turns:
    """How busy people are, and how often they were asked for a role, as stored and as this call has asked since."""

    def __init__(self) -> None:
        self._stored: dict[tuple[str, Any], tuple[int, int]] = {}
        self._opened: Counter[Any] = Counter()
        self._asked: Counter[tuple[str | None, Any]] = Counter()

    def least_busy(self, user_ids: Sequence[Any], role_id: str) -> Any:
        """The one with the fewest open steps; among equals, the one asked least often for this role, then the first."""
        self._count(role_id, [key for key in user_ids if (role_id, key) not in self._stored])
        return min(user_ids, key=lambda key: self._standing(role_id, key))

    def note(self, seats: Collection[Step]) -> None:
        """Count seats that are opened when the call is over."""
        for seat in seats:
            self._opened[seat.assigned_to_id] += 1
            self._asked[seat.assigned_role_object_id, seat.assigned_to_id] += 1

    def _standing(self, role_id: str, key: Any) -> tuple[int, int]:
        opened, asked = self._stored.get((role_id, key), (0, 0))
        return opened + self._opened[key], asked + self._asked[role_id, key]

    def _count(self, role_id: str, user_ids: Collection[Any]) -> None:
        if not user_ids:
            return
        asked = get_user_model()._base_manager.filter(pk__in=user_ids)  # theirs may count something else already
        counted = asked.annotate(
            _open=Count("approvalinstance", filter=Q(approvalinstance__status=ApprovalStatus.CURRENT)),
            _asked=Count("approvalinstance", filter=is_one_of("approvalinstance__assigned_role_object_id", [role_id])),
        )
        for key, opened, times in counted.values_list("pk", "_open", "_asked"):
            self._stored[role_id, key] = (opened, times)
