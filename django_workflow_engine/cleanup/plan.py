"""Which runs a cleanup may delete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine.choices import AttachmentStatus
from django_workflow_engine.definitions.values import shown
from django_workflow_engine.errors import InvalidInput
from django_workflow_engine.models import ActionRun, WorkflowAttachment
from django_workflow_engine.models.querysets import WorkflowAttachmentQuerySet
from django_workflow_engine.transitions import ENDED

CLEANED: Final = (AttachmentStatus.COMPLETED, AttachmentStatus.REJECTED)  # unless the caller names others


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The runs in these states that ended at `ended_by` or before, and whose actions are not still to be tried."""

    statuses: tuple[AttachmentStatus, ...]
    ended_by: datetime

    @classmethod
    def of(cls, *, older_than_days: Any, status: Any) -> Plan:
        """The plan of a cleanup's arguments; raises InvalidInput."""
        return cls(statuses=_statuses(status), ended_by=moment(older_than_days))

    @property
    def where(self) -> Q:
        """The plan as a condition on attachments."""
        return Q(status__in=self.statuses, completed_at__lte=self.ended_by) & without(ActionRun.objects.open())

    def attachments(self) -> WorkflowAttachmentQuerySet[WorkflowAttachment]:
        """What the plan covers now."""
        return WorkflowAttachment.objects.filter(self.where)


def settled() -> Q:
    """The runs that ended, and of whose actions none is still to be tried or waits for somebody to look at it."""
    runs = ActionRun.objects
    return Q(status__in=ENDED) & without(runs.open()) & without(runs.incidents())


def without(action_runs: QuerySet[ActionRun]) -> Q:
    """The attachments that have none of these action runs."""
    return ~Q(Exists(action_runs.filter(attachment=OuterRef("pk"))))


def moment(days: Any) -> datetime:
    """The moment so many days ago; raises InvalidInput unless it is a whole number of days in the calendar."""
    if isinstance(days, bool) or not isinstance(days, int) or days < 0:
        raise InvalidInput(_("The age in days must be a whole number, 0 or more."), path=("older_than_days",))
    try:
        return timezone.now() - timedelta(days=days)
    except OverflowError as error:
        raise InvalidInput(_("So many days ago there was no calendar."), path=("older_than_days",)) from error


def _statuses(status: Any) -> tuple[AttachmentStatus, ...]:
    named: Sequence[Any] = [status] if isinstance(status, str) else list(_several(status))
    for name in named:
        if not isinstance(name, str) or name not in ENDED:
            allowed = ", ".join(sorted(state.value for state in ENDED))
            message = _("“%(status)s” is no state of a run that has ended: %(allowed)s.")
            raise InvalidInput(message % {"status": shown(name), "allowed": allowed}, path=("status",))
    return tuple(AttachmentStatus(name) for name in dict.fromkeys(named)) or CLEANED


def _several(status: Any) -> Iterable[Any]:
    if status is None:
        return ()
    if not isinstance(status, Iterable):
        raise InvalidInput(_("The states must be given as text."), path=("status",))
    return status
