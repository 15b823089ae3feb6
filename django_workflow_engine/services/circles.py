"""People who would stand in for each other, directly or through others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from django_workflow_engine.access.standing import Scope
from django_workflow_engine.models import Substitution


@dataclass(frozen=True, kw_only=True)
class Extent:
    """When and for which runs a chain of substitutions lasts."""

    starts_at: datetime
    ends_at: datetime | None
    scope: Scope

    @classmethod
    def of(cls, row: Substitution) -> Extent:
        """That of one substitution."""
        scope = Scope(content_type_id=row.content_type_id, template_id=row.workflow_id)
        return cls(starts_at=row.starts_at, ends_at=row.ends_at, scope=scope)

    def within(self, other: Extent) -> Extent | None:
        """What both last for; None where that is never, or for no run."""
        scope, starts_at = self.scope.within(other.scope), max(self.starts_at, other.starts_at)
        ends_at = min((end for end in (self.ends_at, other.ends_at) if end is not None), default=None)
        if scope is None or (ends_at is not None and ends_at <= starts_at):
            return None
        return Extent(starts_at=starts_at, ends_at=ends_at, scope=scope)


def closes_a_circle(wish: Substitution) -> bool:
    """Whether the person would stand in for the substitute at some time, through however many others."""
    reached = {(wish.substitute_id, Extent.of(wish))}
    known = set(reached)
    while reached:
        further = _substitutes_then(reached)
        if any(key == wish.user_id for key, _extent in further):
            return True
        reached = further - known
        known |= reached
    return False


def _substitutes_then(reached: set[tuple[Any, Extent]]) -> set[tuple[Any, Extent]]:
    """Who stands in for these people directly, with what is left of each chain's extent; one statement."""
    rows = Substitution.objects.not_ended(timezone.now()).filter(user__in={key for key, _extent in reached})
    found = ((row, extent.within(Extent.of(row))) for row in rows for key, extent in reached if key == row.user_id)
    return {(row.substitute_id, extent) for row, extent in found if extent is not None}
