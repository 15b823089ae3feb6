"""What is due: reminding, and doing what a deadline says where nobody has decided. It is never approved."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine.actions.interruption import stop_if_asked
from django_workflow_engine.actions.lost_connections import database_answers
from django_workflow_engine.approvals import flows, gateway, steps
from django_workflow_engine.choices import ActionType, AttachmentStatus, EventKind, TimeoutAction, TimerKind
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.errors import Conflict, NoApprover, WorkflowError
from django_workflow_engine.models import ApprovalTimer, WorkflowAttachment
from django_workflow_engine.models.locks import for_update
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.delegation import manager_for
from django_workflow_engine.services.fallbacks import ask_instead
from django_workflow_engine.services.objects import lock_target
from django_workflow_engine.services.rejections import reject_seat
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.services.seats import Seat
from django_workflow_engine.transactions import reading_where_it_is_written, verb

logger = logging.getLogger(__name__)

_BATCH: Final = 100


@dataclass(frozen=True, kw_only=True)
class Late:
    """The open seats of an approval whose moment has come, and everything else that is open beside them."""

    run: WorkflowRun
    seats: Sequence[Step]
    others: Sequence[Step]
    approval: ApprovalConfiguration | None  # None where an unfrozen template has lost it

    @property
    def rule(self) -> TimeoutAction:
        """What happens when the time is up."""
        deadline = None if self.approval is None else self.approval.deadline
        return TimeoutAction.NOTIFY if deadline is None else deadline.on_timeout

    def seat(self, step: Step) -> Seat:
        """One of them as its holder has it, with all that is open beside it."""
        others = [row for row in (*self.seats, *self.others) if row is not step]
        return Seat(run=self.run, step=step, others=others)


def fire_due_timers(*, limit: int | None = None) -> Counter[TimerKind]:
    """Do once what is due, the longest due first, and count it by kind; `limit` is the most that is done.

    Each timer is a transaction of its own. One that fails is logged, stays due and keeps no other from its turn.
    """
    tally: Counter[TimerKind] = Counter()
    for timer_id in _due_ids(timezone.now()):
        stop_if_asked()
        if limit is not None and tally.total() >= limit:
            break
        fired = _fire_alone(timer_id)
        if fired is not None:
            tally[fired] += 1
    return tally


def _due_ids(now: datetime) -> Iterator[int]:
    """The ids of what is due, each once; read in batches by the index, because it may be much."""
    behind = Q()
    while True:
        due = ApprovalTimer.objects.filter(behind, fires_at__lte=now).order_by("fires_at", "pk")
        with reading_where_it_is_written():
            batch = list(due.values_list("fires_at", "pk")[:_BATCH])
        yield from (key for _fires_at, key in batch)
        if len(batch) < _BATCH:
            return
        fires_at, key = batch[-1]
        behind = Q(fires_at__gt=fires_at) | Q(fires_at=fires_at, pk__gt=key)


def _fire_alone(timer_id: int) -> TimerKind | None:
    """What `fire` gives; a timer that cannot be fired stays due. Raises only where the database does not answer."""
    try:
        return fire(timer_id)
    except Conflict:
        logger.info("Timer %s is left for the next time: others hold its run", timer_id)
    except Exception:  # one timer, whatever is the matter with it
        if not database_answers():
            raise
        logger.exception("Timer %s could not be fired", timer_id)
    return None


def fire(timer_id: int) -> TimerKind | None:
    """Do what one timer is for; None where another runner was first, or where nothing waits for a decision any more.

    Where its rule cannot be carried out, because there is nobody to ask instead, those who are asked are told alone.
    """
    try:
        return _fire(timer_id)
    except Conflict:
        raise
    except WorkflowError as refused:
        logger.warning("What timer %s is for cannot be done: %s", timer_id, refused.message)
        return _fire(timer_id, problem=refused.message)


@verb
def _fire(timer_id: int, problem: str = "") -> TimerKind | None:
    timer, late = _locked(timer_id)
    if timer is None or late is None:
        return None
    if timer.kind == TimerKind.REMINDER:
        _tell(late, EventKind.REMINDED, ActionType.ON_REMINDER, {"due_at": timer.due_at.isoformat()})
        gateway.note_reminder(late.seats)
    else:
        told = {"due_at": timer.due_at.isoformat(), "on_timeout": late.rule.value}
        _tell(late, EventKind.TIMED_OUT, ActionType.ON_TIMEOUT, told | ({"problem": problem} if problem else {}))
        if not problem:
            _EFFECTS[late.rule](late)
    late.run.save()
    return TimerKind(timer.kind)


def _locked(timer_id: int) -> tuple[ApprovalTimer | None, Late | None]:
    """The timer, taken away, and what it is about, under the run's locks; None for what is there no more.

    The row goes with the transaction: two runners wait for the same run, and the second one finds no timer.
    """
    found = ApprovalTimer.objects.select_related("attachment").filter(pk=timer_id).first()
    if found is None:
        return None, None
    target = lock_target(found.attachment)
    for attachment in WorkflowAttachment.objects.locked_all(pk=found.attachment_id):  # one, or none that is left
        flows.lock_flow(attachment)
        timer = for_update(ApprovalTimer.objects.filter(pk=timer_id)).first()
        if timer is not None:
            ApprovalTimer.objects.filter(pk=timer_id).delete()
            return timer, None if target is None else _late(timer, attachment, target)
    return None, None


def _late(timer: ApprovalTimer, attachment: WorkflowAttachment, target: Any) -> Late | None:
    run = WorkflowRun(attachment=attachment, actor=None, target=target, path=("timer",))
    waiting = steps.open_steps(attachment)
    own = [row for row in waiting if row.step_number == timer.step_number and row.due_date == timer.due_at]
    position = run.current_position
    if attachment.status != AttachmentStatus.IN_PROGRESS or not own or position is None:
        return None
    approval = next((one for one in position.approvals if one.index == steps.approval_index(own[0])), None)
    return Late(run=run, seats=own, others=[row for row in waiting if row not in own], approval=approval)


def _tell(late: Late, kind: EventKind, action_type: ActionType, details: Mapping[str, Any]) -> None:
    """One line of the audit trail for the approval, and the event of each seat for the actions."""
    run, position = late.run, late.run.position
    run.journal.add(kind, step=late.seats[0], left=position, details=details)
    run.journal.people.update(seat.assigned_to_id for seat in late.seats)
    for seat in late.seats:
        run.fire(action_type, position, asked=seat.assigned_to_id, step_id=seat.pk, due_at=details["due_at"])


def _leave(late: Late) -> None:
    """It goes on waiting for those who are asked."""


def _escalate(late: Late) -> None:
    """Pass each seat up to its holder's manager; one that cannot be stays, and it is a refusal where none can be."""
    refusals, passed = [], 0
    for step in late.seats:
        seat = replace(late.seat(step), in_place=True)
        try:
            manager = manager_for(seat)
        except WorkflowError as refused:
            refusals.append(refused)
            continue
        text = _("Nobody decided in time.")
        taken = gateway.pass_on(step, actor=None, receiver=manager, comment=text, kind=EventKind.ESCALATED)
        seat.end_claim()
        late.run.ask([taken])
        late.run.journal.add(EventKind.ESCALATED, step=taken, left=late.run.position, comment=text)
        passed += 1
    if not passed:  # for good: a Conflict would be tried again
        why = refusals[0]
        raise NoApprover(why.message, path=late.run.path, position=late.run.position.name) from why


def _ask_the_fallback(late: Late) -> None:
    """Close all open seats of the approval and ask who is named instead, without a deadline."""
    if late.approval is None:
        return
    number = late.seats[0].step_number
    needless = [row for row in (*late.seats, *late.others) if row.step_number == number]
    ask_instead(late.run, late.approval, needless, _("nobody decided in time"))


def _reject(late: Late) -> None:
    reject_seat(late.seat(late.seats[0]), reason=_("Nobody decided in time."))


_EFFECTS: Final[Mapping[TimeoutAction, Callable[[Late], None]]] = {
    TimeoutAction.NOTIFY: _leave,
    TimeoutAction.ESCALATE: _escalate,
    TimeoutAction.FALLBACK: _ask_the_fallback,
    TimeoutAction.REJECT: _reject,
}
