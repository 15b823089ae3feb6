"""Commands that do what is due, once or again and again, until a signal asks for an end."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from django_workflow_engine.actions.interruption import Interrupted, breakable, heeding_signals
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.shapes import is_seconds

logger = logging.getLogger(__name__)


def seconds(text: str) -> float:
    """A number of seconds that can be waited for."""
    number = float(text)
    if not is_seconds(number):
        raise ArgumentTypeError("a number of seconds from 0 is needed")
    return number


def count(text: str) -> int:
    """How many, at least none."""
    number = int(text)
    if number < 0:
        raise ArgumentTypeError("a whole number from 0 is needed")
    return number


class PassingCommand(BaseCommand):
    """One pass over what is due, or with `--loop` one after the other."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--loop` for ever."""
        parser.add_argument("--loop", type=seconds, metavar="SECONDS", help="go on for ever, with this wait in between")

    def run_once(self, options: dict[str, Any]) -> None:
        """One pass."""
        raise NotImplementedError

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
            self.run_once(options)
            return
        while True:
            self._pass_that_may_fail(options)
            with breakable():
                time.sleep(options["loop"])
            close_old_connections()

    def _pass_that_may_fail(self, options: dict[str, Any]) -> None:
        """One pass; what keeps it from its end, such as a database that restarts, is logged and may be over later."""
        try:
            self.run_once(options)
        except Exception:  # whatever it is, the next pass may fare better
            logger.exception("This pass did not come to its end; the next one begins in %s s", options["loop"])
