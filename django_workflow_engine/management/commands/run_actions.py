"""`manage.py run_actions`: attempt the actions that are due."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django_workflow_engine.actions.runner import run_due
from django_workflow_engine.choices import ActionRunStatus
from django_workflow_engine.cleanup.automatic import sweep
from django_workflow_engine.management.passes import PassingCommand, count, seconds


class Command(PassingCommand):
    """Attempts what nobody else will run: actions left behind by a crash, and failed ones whose time has come."""

    help = "Attempt the workflow actions that are due: left behind by a crash, or failed and to be tried again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--limit` runs at most, `--loop` for ever, `--grace` instead of ACTION_GRACE_SECONDS."""
        parser.add_argument("--limit", type=count, metavar="N", help="attempt at most N actions")
        super().add_arguments(parser)
        parser.add_argument(
            "--grace",
            type=seconds,
            metavar="SECONDS",
            help="leave new actions alone for so long (default: ACTION_GRACE_SECONDS)",
        )

    def run_once(self, options: dict[str, Any]) -> None:
        """Attempt what is due, and say how it ended."""
        grace = None if options["grace"] is None else timedelta(seconds=options["grace"])
        tally = run_due(limit=options["limit"], grace=grace)
        sweep()
        counted = (tally[status] for status in (ActionRunStatus.SUCCEEDED, ActionRunStatus.FAILED))
        succeeded, failed = counted
        self.stdout.write(
            f"{tally.total()} attempted: {succeeded} succeeded, {failed} failed and will be tried again, "
            f"{tally[ActionRunStatus.INCIDENT]} became incidents"
        )
