"""`manage.py run_actions`: attempt the actions that are due."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from django_workflow_engine.actions.interruption import Interrupted, breakable, heeding_signals
from django_workflow_engine.actions.runner import run_due
from django_workflow_engine.choices import ActionRunStatus
from django_workflow_engine.cleanup.automatic import sweep
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.shapes import is_seconds

logger = logging.getLogger(__name__)


def _seconds(text: str) -> float:
    """A number of seconds that can be waited for."""
    seconds = float(text)
    if not is_seconds(seconds):
        raise ArgumentTypeError("a number of seconds from 0 is needed")
    return seconds


def _count(text: str) -> int:
    """How many, at least none."""
    number = int(text)
    if number < 0:
        raise ArgumentTypeError("a whole number from 0 is needed")
    return number


class Command(BaseCommand):
    """Attempts what nobody else will run: actions left behind by a crash, and failed ones whose time has come."""

    help = "Attempt the workflow actions that are due: left behind by a crash, or failed and to be tried again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--limit` runs at most, `--loop` for ever, `--grace` instead of ACTION_GRACE_SECONDS."""
        parser.add_argument("--limit", type=_count, metavar="N", help="attempt at most N actions")
        parser.add_argument(
            "--loop", type=_seconds, metavar="SECONDS", help="go on for ever, with this wait in between"
        )
        parser.add_argument(
            "--grace",
            type=_seconds,
            metavar="SECONDS",
            help="leave new actions alone for so long (default: ACTION_GRACE_SECONDS)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once, or again and again until a signal asks for an end."""
        try:
            with heeding_signals():
                self._run(options)
        except Interrupted:
            self.stdout.write("Stopped; what was not finished stays due")
        except WorkflowError as refused:  # of a deletion that others held up: what is due was attempted before
            raise CommandError(refused.message) from refused

    def _run(self, options: dict[str, Any]) -> None:
        if options["loop"] is None:
            self._pass(options)
            return
        while True:
            self._pass_that_may_fail(options)
            with breakable():
                time.sleep(options["loop"])
            close_old_connections()

    def _pass_that_may_fail(self, options: dict[str, Any]) -> None:
        """One pass; what keeps it from its end, such as a database that restarts, is logged and may be over later."""
        try:
            self._pass(options)
        except Exception:  # whatever it is, the next pass may fare better
            logger.exception("This pass did not come to its end; the next one begins in %s s", options["loop"])

    def _pass(self, options: dict[str, Any]) -> None:
        grace = None if options["grace"] is None else timedelta(seconds=options["grace"])
        tally = run_due(limit=options["limit"], grace=grace)
        sweep()
        counted = (tally[status] for status in (ActionRunStatus.SUCCEEDED, ActionRunStatus.FAILED))
        succeeded, failed = counted
        self.stdout.write(
            f"{tally.total()} attempted: {succeeded} succeeded, {failed} failed and will be tried again, "
            f"{tally[ActionRunStatus.INCIDENT]} became incidents"
        )
