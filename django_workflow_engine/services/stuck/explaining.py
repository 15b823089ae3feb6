"""Why runs are stuck, and since when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus
from django.db.models import Max
from django.utils.translation import gettext as _

from django_workflow_engine.approvals.vacancies import ROLE
from django_workflow_engine.choices import AttachmentStatus, StuckProblem
from django_workflow_engine.errors import InvalidInput
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.stuck.fallbacks import with_fallbacks
from django_workflow_engine.services.stuck.runs import Inspection
from django_workflow_engine.services.templates.checking import check_kind

_MOST_NAMED: Final = 3


@dataclass(frozen=True, kw_only=True)
class StuckRun:
    """A run that nobody can bring on: why, as a sentence in the active language too, and since when it has waited.

    `since` is when the newest of its open seats was asked for; where none is open, when its history ends.
    `fallback_helps` is whether `ask_fallback` would find somebody to ask, duty rules apart.
    """

    attachment: WorkflowAttachment
    problem: StuckProblem
    message: str
    since: datetime
    fallback_helps: bool = False


def explain_stuck(attachments: Iterable[WorkflowAttachment]) -> list[StuckRun]:
    """Those of these runs that are stuck now, in the order given; as many statements for many as for one.

    Raises InvalidInput for what are no attachments.
    """
    rows = _checked(attachments)
    inspection = Inspection(WorkflowAttachment.objects.filter(pk__in=[row.pk for row in rows]))
    stuck = set(inspection.stuck.values_list("pk", flat=True))
    runs = [row for row in rows if row.pk in stuck]
    if not runs:
        return []
    since = _since(runs)
    return [
        StuckRun(attachment=run, problem=problem, message=message, since=since[run.pk], fallback_helps=helps)
        for run, problem, message, helps in _explanations(inspection, runs)
    ]


def _checked(attachments: Iterable[WorkflowAttachment]) -> list[WorkflowAttachment]:
    check_kind(attachments, Iterable, "attachments")
    rows = [*attachments]
    for index, row in enumerate(rows):
        if not isinstance(row, WorkflowAttachment):
            raise InvalidInput(_("This must be an attachment."), path=("attachments", str(index)))
    return rows


def _explanations(
    inspection: Inspection, runs: Sequence[WorkflowAttachment]
) -> Iterator[tuple[WorkflowAttachment, StuckProblem, str, bool]]:
    """Each of these runs with its problem, the sentence, and whether a fallback helps."""
    gone = set(inspection.without_object.values_list("pk", flat=True))
    vacant: dict[Any, list[Step]] = defaultdict(list)
    for seat in inspection.hopeless.select_related("assigned_to").order_by("pk"):
        vacant[seat.flow_id].append(seat)
    helped = with_fallbacks([run for run in runs if run.pk not in gone], vacant)
    for run in runs:
        seats = vacant.get(run.approval_flow_id, ())
        problem, message = _explanation(run, seats, inspection, is_gone=run.pk in gone)
        if run.pk in helped:
            message += " " + _("Its fallback can be asked: manage.py doctor --mend.")
        yield run, problem, message, run.pk in helped


def _explanation(
    run: WorkflowAttachment, vacant: Sequence[Step], inspection: Inspection, *, is_gone: bool
) -> tuple[StuckProblem, str]:
    """The first of these that is true of the run, and the sentence."""
    vacancies = inspection.vacancies
    if is_gone:
        return StuckProblem.TARGET_GONE, _("The object of this workflow is gone; the run can only be cancelled.")
    if run.status == AttachmentStatus.CHANGES_REQUESTED:
        message = _("Whoever has to make changes is gone or inactive; an administrator may send the run again.")
        return StuckProblem.REQUESTER_GONE, message
    if not vacant:
        return StuckProblem.NO_OPEN_STEP, _("The run is in progress, but nobody is asked; it can only be cancelled.")
    if any(getattr(seat, ROLE) in vacancies.roles_gone for seat in vacant):
        return StuckProblem.ROLE_GONE, _("The role whose members are asked does not exist any more.")
    reasons = [*dict.fromkeys(vacancies.reason_of(seat) for seat in vacant)]
    told = "; ".join([*reasons[:_MOST_NAMED], *(["…"] if reasons[_MOST_NAMED:] else [])])
    return StuckProblem.NO_ACTIVE_APPROVER, _("Nobody can complete what is asked: %s.") % told


def _since(runs: Sequence[WorkflowAttachment]) -> Mapping[int, datetime]:
    """Since when each of these runs has waited, by its primary key; two statements."""
    keys = [run.pk for run in runs]
    seats = Step.objects.filter(flow__workflow_attachment__in=keys, status=ApprovalStatus.CURRENT).order_by()
    asked = dict(seats.values_list("flow__workflow_attachment").annotate(Max("started_at")))
    events = WorkflowEvent.objects.filter(attachment__in=keys).order_by()
    ended = dict(events.values_list("attachment").annotate(Max("at")))
    return {run.pk: asked.get(run.pk) or ended.get(run.pk) or run.started_at or run.created_at for run in runs}
