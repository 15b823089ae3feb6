"""Runs that a user sees, as pages are read from them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import Q, QuerySet

from django_workflow_engine.access.principals import of_user
from django_workflow_engine.access.reading import runs_of
from django_workflow_engine.access.standing import StandIn, with_open_seats
from django_workflow_engine.models import WorkflowAttachment
from gql_workflows.pagination import Ranges

_COLUMNS: Final = {"created_at": "participations__created_at", "pk": "participations__attachment"}
_MOST_RANGES: Final = 16  # whoever has more principals sees so much that any walk finds a page soon


@dataclass(frozen=True, kw_only=True)
class SeenRuns:
    """Attachments, and the principals as whom the user sees some of them; None: the user sees all of these rows."""

    rows: QuerySet[WorkflowAttachment]
    principals: Collection[str] | None
    is_plain: bool = True  # no row is there twice
    standing: Sequence[StandIn] = ()  # for whom the user stands in, and so sees where they have open seats

    def narrowed(self, narrow: Callable[[QuerySet[Any]], QuerySet[Any]]) -> SeenRuns:
        """The same, with further conditions on the rows."""
        return replace(self, rows=narrow(self.rows))

    def queryset(self) -> QuerySet[WorkflowAttachment]:
        """What the user sees, as one queryset."""
        if self.principals is None:
            return self.rows
        return self.rows.filter(pk__in=runs_of(self.principals, self.standing))

    def each_once(self) -> QuerySet[WorkflowAttachment]:
        """The same, each row once whatever a project's queryset joins: for counting in groups."""
        if self.principals is None and not self.is_plain:
            return WorkflowAttachment.objects.filter(pk__in=self.rows.order_by().values("pk"))
        return self.queryset()

    def ranges(self) -> Ranges | None:
        """The same as a range of the participations for each principal; None where there are none, or many."""
        if self.principals is None or len(self.principals) + len(self.standing) > _MOST_RANGES:
            return None
        parts = [Q(participations__principal=name) for name in dict.fromkeys(self.principals)]
        parts += [Q(participations__principal=of_user(one.person_id)) & with_open_seats(one) for one in self.standing]
        shown = WorkflowAttachment.objects.select_related("workflow")
        return Ranges(rows=self.rows, shown=shown, parts=parts, columns=_COLUMNS)
