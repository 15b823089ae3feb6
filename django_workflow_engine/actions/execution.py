"""One attempt at one run: the function is called in a transaction of its own, and whatever happens is an outcome."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from inspect import iscoroutine
from typing import Any

from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.actions.calling import arguments_for, handler_for
from django_workflow_engine.actions.events import from_json
from django_workflow_engine.actions.interruption import Interrupted, breakable
from django_workflow_engine.actions.isolation import kept_apart
from django_workflow_engine.actions.results import as_json, error_text, log_raised, never_run, storable
from django_workflow_engine.actions.timeouts import TimeLimit
from django_workflow_engine.models import ActionRun, AttachmentAtEvent
from django_workflow_engine.notifications import unsent
from django_workflow_engine.transactions import atomic, connection, on_commit

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one attempt ended: without an error it succeeded. `returned` is JSON, or the text of what is none.

    What was `committed` is done, whatever came after it: then the error is a note, and nothing is tried again.
    """

    returned: Any = None
    error: str = ""
    committed: bool = False
    duration_ms: int = 0

    @property
    def succeeded(self) -> bool:
        """Whether the function's work is done."""
        return self.committed or not self.error


class _ReturnedFalse(Exception):
    """The function says that it failed, perhaps because of mails that could not be sent."""

    def __init__(self, unsent: Sequence[Exception]) -> None:
        super().__init__()
        self.unsent = unsent


class _FailedAfterCommit(Exception):
    """What the function had called after its commit raised; the function's own work stands."""

    def __init__(self, returned: Any, raised: BaseException) -> None:
        super().__init__()
        self.returned, self.raised = returned, raised


def perform(run: ActionRun) -> Outcome:
    """Call the function of a run once; raises nothing that the function raised, Interrupted when the process ends."""
    started = time.monotonic()
    returned, error, committed = None, "", False
    try:
        returned = _called(run)
    except Interrupted:
        raise
    except _ReturnedFalse as failed:
        causes = dict.fromkeys(map(error_text, failed.unsent))  # many recipients fail for one reason
        returned, error = False, storable(" ".join([_("The function returned False."), *causes]))
    except _FailedAfterCommit as late:
        returned, error, committed = late.returned, error_text(late.raised), True
        log_raised(logger.warning, late.raised, "Action run %s raised", run.pk)
    except BaseException as raised:  # project code may raise anything: it is kept here, and the decision stands
        error = error_text(raised)
        log_raised(logger.warning, raised, "Action run %s raised", run.pk)
    duration_ms = int((time.monotonic() - started) * 1000)
    return Outcome(returned=returned, error=error, committed=committed, duration_ms=duration_ms)


def _called(run: ActionRun) -> Any:
    """What the function returned as JSON, waited for as long as the settings say."""
    seconds = conf.action_timeout()
    if seconds is None:
        return kept_apart(partial(_call, run, lambda: None))
    limit = TimeLimit(seconds)
    return limit.run(partial(kept_apart, partial(_call, run, limit.confirm)))


def _call(run: ActionRun, confirm: Callable[[], None]) -> Any:
    """What the function returned; its own writes are committed, or rolled back when it fails or breaks its SQL."""
    kept, committed = None, []
    try:
        with atomic():
            on_commit(lambda: committed.append(True))  # before all that the function has called then
            kept = _returned(run)
            confirm()
    except BaseException as raised:
        if committed:
            raise _FailedAfterCommit(kept, raised) from raised
        raise
    return kept


def _returned(run: ActionRun) -> Any:
    """What the function returned, if it says that it did its work, in a transaction that can be committed."""
    handler = handler_for(run.function_path)
    context = from_json(run.context)
    arguments = arguments_for(handler, attachment=attachment_at(run), parameters=run.parameters, context=context)
    with _its_own_blocks_alone(), breakable(), unsent() as causes:
        returned = handler(**arguments)
    if returned is False:
        raise _ReturnedFalse(causes)
    _check_work(returned)
    _check_transaction()
    return as_json(returned)


def attachment_at(run: ActionRun) -> AttachmentAtEvent:
    """The attachment, read now, with its place at the moment of the run's event."""
    attachment = AttachmentAtEvent.objects.select_related("started_by").get(pk=run.attachment_id)
    moment = {
        "workflow_id": run.workflow_id,
        "run_number": run.run_number,
        "status": run.attachment_status,
        "current_pipeline_id": run.current_pipeline_id,
        "current_stage_id": run.current_stage_id,
        "action_key": run.key,
    }
    for name, value in moment.items():
        setattr(attachment, name, value)
    return attachment


def _check_work(returned: Any) -> None:
    """Raise where the result says that the function's work was never done."""
    if never_run(returned):
        if iscoroutine(returned):
            returned.close()  # else Python warns of it at some later moment
        raise TypeError(_("The function returned work that was never done: %s.") % type(returned).__name__)


@contextmanager
def _its_own_blocks_alone() -> Iterator[None]:
    """Raise when a block of a transaction was opened and left open: the outer one would neither commit nor end."""
    blocks, savepoints = connection().atomic_blocks, connection().savepoint_ids
    before = len(blocks), len(savepoints)
    try:
        yield
        if before != (len(blocks), len(savepoints)):
            raise TransactionManagementError(_("The function left a block of a transaction open."))
    finally:
        del blocks[before[0] :], savepoints[before[1] :]


def _check_transaction() -> None:
    """Raise when the function swallowed an error of its own SQL: its writes could not be committed."""
    with connection().cursor() as cursor:
        cursor.execute("SELECT 1")
