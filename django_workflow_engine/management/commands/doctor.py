"""`manage.py doctor`: which runs nobody can bring on, and why; it mends those that have but one way out."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from django_workflow_engine.choices import StuckProblem
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models.objects import model_of
from django_workflow_engine.services import StuckRun, ask_fallback, cancel_without_object, each_stuck_run


class Command(BaseCommand):
    """Tells of each stuck run in a line, or in JSON; the exit status says whether one is left."""

    help = "Tell of the runs that nobody can bring on, and why; exit status 1 where there are any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--json` for programs, `--mend` does what has one right answer."""
        parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
        mend = "cancel the runs whose object is gone, and ask the fallbacks of those whose approvers are"
        parser.add_argument("--mend", action="store_true", help=mend)

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell of every stuck run, and fail where one stays so."""
        tell = self._tell_in_json if options["json"] else self._tell_in_lines
        tally = tell(mend=options["mend"])
        if tally[False]:
            raise CommandError(f"Nobody can bring on: {tally[False]} runs.")

    def _tell_in_lines(self, *, mend: bool) -> Counter[bool]:
        tally = Counter[bool]()
        for stuck in each_stuck_run():
            mended = mend and self._mend(stuck)
            tally[mended] += 1
            self.stdout.write(f"{_line(stuck)}{_DONE[stuck.problem == StuckProblem.TARGET_GONE] if mended else ''}")
        self.stdout.write(f"{tally.total()} stuck, {tally[True]} of them mended")
        return tally

    def _tell_in_json(self, *, mend: bool) -> Counter[bool]:
        """The document is written as it comes: there may be more runs than memory holds."""
        tally = Counter[bool]()
        self.stdout.write('{"stuck": [', ending="")
        for stuck in each_stuck_run():
            mended = mend and self._mend(stuck)
            written = json.dumps({**_facts(stuck), "mended": mended}, ensure_ascii=False)
            self.stdout.write(f"{',' if tally.total() else ''}\n  {written}", ending="")
            tally[mended] += 1
        self.stdout.write(f'\n], "count": {tally.total()}, "mended": {tally[True]}}}')
        return tally

    def _mend(self, stuck: StuckRun) -> bool:
        """Cancel a run whose object is gone, or ask the fallback of one that has one; whether it was done.

        One that others hold, and one whose fallback must not decide, is left, and told of.
        """
        try:
            if stuck.problem == StuckProblem.TARGET_GONE:
                return cancel_without_object(attachment_id=stuck.attachment.pk)
            return stuck.fallback_helps and ask_fallback(attachment_id=stuck.attachment.pk)
        except WorkflowError as refused:
            self.stderr.write(f"{stuck.attachment.pk}: {refused.message}")
            return False


_DONE: Final = {True: " Cancelled.", False: " Asked."}  # by whether the object is gone


def _line(stuck: StuckRun) -> str:
    since = stuck.since.isoformat(timespec="seconds")
    return f"{stuck.attachment.pk}: {stuck.attachment.object_text}: {stuck.problem.name} since {since}: {stuck.message}"


def _facts(stuck: StuckRun) -> dict[str, Any]:
    attachment = stuck.attachment
    model = model_of(attachment.content_type_id)
    return {
        "attachment": attachment.pk,
        "model": None if model is None else model._meta.label,
        "object": attachment.object_id,
        "problem": stuck.problem.name,
        "message": stuck.message,
        "since": stuck.since.isoformat(),
    }
