"""`manage.py run_timers`: remind, and do what deadlines say where nobody has decided in time."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django_workflow_engine.choices import TimerKind
from django_workflow_engine.management.passes import PassingCommand, count
from django_workflow_engine.services.timing_out import fire_due_timers


class Command(PassingCommand):
    """Fires the timers of approvals that are due, each once, however many runners there are."""

    help = "Remind, and do what the deadlines of approvals say where nobody has decided in time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--limit` timers at most, `--loop` for ever."""
        parser.add_argument("--limit", type=count, metavar="N", help="fire at most N timers")
        super().add_arguments(parser)

    def run_once(self, options: dict[str, Any]) -> None:
        """Fire what is due, and say how much that was."""
        tally = fire_due_timers(limit=options["limit"])
        self.stdout.write(f"{tally[TimerKind.REMINDER]} reminded, {tally[TimerKind.TIMEOUT]} timed out")
