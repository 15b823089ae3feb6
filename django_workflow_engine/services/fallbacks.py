"""Asking the fallback of an approval that is open, where nobody has decided in time, or nobody can any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from django_workflow_engine.approvals import gateway, steps
from django_workflow_engine.approvals.assignees import assign_fallback
from django_workflow_engine.approvals.gateway import Together
from django_workflow_engine.choices import EventKind
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.errors import NoApprover
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.runs import WorkflowRun


def ask_instead(run: WorkflowRun, approval: ApprovalConfiguration, open_seats: Sequence[Step], because: str) -> None:
    """Close the seats of an approval, all that it has open, and ask its fallback in their place, without a deadline.

    Raises NoApprover where the fallback is asked already, or is nobody who is active and may decide.
    """
    first = open_seats[0]
    if steps.is_of_fallback(first):
        facts = {"position": run.position.holder.shown_name}
        message = _("Nobody else can be asked for “%(position)s”: its fallback is asked already.") % facts
        raise NoApprover(message, path=run.path, position=run.position.name, approval=approval)
    found = assign_fallback(run.position, approval, origin=run.origin, path=run.path, because=because)
    assignment = replace(found, configuration=replace(approval, deadline=None))
    asked = gateway.seats_of(run.attachment, assignment, number=first.step_number, together=together_with(first))
    gateway.close_steps(open_seats, decided_by=None)
    for seat in open_seats:
        run.journal.add(EventKind.SEAT_CLOSED, step=seat, left=run.position)
    run.opening += asked
    run.ask(asked)
    note_fallback(run, approval, because)


def note_fallback(run: WorkflowRun, approval: ApprovalConfiguration, because: str) -> None:
    """Put it into the audit trail that the approval's fallback is asked, and why."""
    details = {"approval": approval.index, "because": because}
    run.journal.add(EventKind.FALLBACK_ASKED, left=run.position, details=details)


def together_with(seat: Step) -> Together | None:
    """With how many approvals the seat's was asked; None where it was asked alone."""
    place = seat.extra_fields or {}
    return Together(first=place[steps.FIRST], count=place[steps.COUNT]) if steps.COUNT in place else None
