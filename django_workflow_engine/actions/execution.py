"""One attempt at one run: the function is called in a transaction of its own, and whatever happens is an outcome."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.actions.calling import arguments_for, handler_for
from django_workflow_engine.actions.events import from_json
from django_workflow_engine.actions.limits import TimeLimit
from django_workflow_engine.definitions.values import json_problem
from django_workflow_engine.models import ActionRun, AttachmentAtEvent

logger = logging.getLogger(__name__)

_LONGEST: Final = 10_000  # characters that are kept of an error or of what was returned


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one attempt ended: without an error it succeeded. `returned` is JSON, or the text of what is none."""

    returned: Any = None
    error: str = ""
    duration_ms: int = 0


def perform(run: ActionRun) -> Outcome:
    """Call the function of a run once; raises nothing that the function raised."""
    started = time.monotonic()
    returned, error = None, ""
    try:
        returned = _as_json(_called(run))
        if returned is False:
            error = _("The function returned False.")
    except (Exception, SystemExit) as raised:  # project code may raise anything; it is kept here and goes no further
        logger.warning("Action run %s raised", run.pk, exc_info=True)
        error = _stored(f"{type(raised).__name__}: {raised}")
    return Outcome(returned=returned, error=error, duration_ms=int((time.monotonic() - started) * 1000))


def _called(run: ActionRun) -> Any:
    """What the function returned, waited for as long as the settings say."""
    seconds = conf.action_timeout()
    if seconds is None:
        return _call(run, lambda: None)
    limit = TimeLimit(seconds)
    return limit.run(partial(_call, run, limit.confirm))


def _call(run: ActionRun, confirm: Callable[[], None]) -> Any:
    """What the function returned; its own writes are committed, or rolled back when it raises or breaks its SQL."""
    with transaction.atomic():
        handler = handler_for(run.function_path)
        context = from_json(run.context)
        arguments = arguments_for(handler, attachment=attachment_at(run), parameters=run.parameters, context=context)
        returned = handler(**arguments)
        _check_transaction()
        confirm()
    return returned


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


def _check_transaction() -> None:
    """Raise when the function swallowed an error of its own SQL: its writes could not be committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _as_json(value: Any) -> Any:
    try:
        text = json.dumps(value, cls=DjangoJSONEncoder, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return _stored(repr(value))
    if len(text) > _LONGEST or json_problem(json.loads(text)) is not None:
        return _stored(text)
    return json.loads(text)


def _stored(text: str) -> str:
    """A text that every database takes."""
    return text.replace("\x00", "").encode(errors="replace").decode()[:_LONGEST]
