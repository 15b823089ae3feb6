"""`manage.py rebuild_workflow_access`: who sees which run, built again from the runs."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from django_workflow_engine.access.rebuilding import BATCH, Batch, rebuild
from django_workflow_engine.models import WorkflowAttachment

_BAR: Final = 40
_EXAMPLES: Final = 10


def _count(text: str) -> int:
    """How many, at least one."""
    number = int(text)
    if number < 1:
        raise ArgumentTypeError("a whole number from 1 is needed")
    return number


class Command(BaseCommand):
    """Compares the rows that lists are read from with the runs, and mends them."""

    help = "Build the rows that say who sees which run again, from the runs that are there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--check` only tells, `--after` goes on where a pass was interrupted, `--batch` rows at a time."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail where something differs")
        parser.add_argument("--after", type=int, metavar="ID", help="go on behind the attachment with this id")
        parser.add_argument("--batch", type=_count, default=BATCH, metavar="N", help=f"attachments at a time ({BATCH})")

    def handle(self, *args: Any, **options: Any) -> None:
        """One pass over all attachments."""
        missing = wrong = seen = 0
        last, total = options["after"], self._total(options["after"])
        try:
            for batch in rebuild(mend=not options["check"], after=options["after"], size=options["batch"]):
                seen, last = seen + batch.size, batch.last
                missing, wrong = missing + batch.differences.missing, wrong + batch.differences.wrong
                self._tell(batch, seen, total, examples=options["check"])
        except KeyboardInterrupt:
            raise CommandError(f"Interrupted after {seen} attachments; go on with --after {last or 0}.") from None
        told = f"{seen} attachments looked at: "
        if options["check"] and (missing or wrong):
            raise CommandError(f"{told}{missing} rows are missing, {wrong} are there without a reason.")
        self.stdout.write(told + ("nothing differs" if options["check"] else f"{missing} rows added, {wrong} removed"))

    def _total(self, after: int | None) -> int:
        rows = WorkflowAttachment.objects.all()
        return (rows if after is None else rows.filter(pk__gt=after)).count()

    def _tell(self, batch: Batch, seen: int, total: int, *, examples: bool) -> None:
        if self.stdout.isatty():
            filled = "#" * (_BAR * seen // max(seen, total))
            self.stdout.write(f"\r[{filled:<{_BAR}}] {seen}/{total}, last id {batch.last}", ending="")
            if seen >= total:
                self.stdout.write("")
        found = batch.differences
        for said, rows in (
            ("missing", found.missing_participations + found.missing_readerships),
            ("without a reason", found.wrong_participations + found.wrong_readerships),
        ):
            for key, name in rows[:_EXAMPLES] if examples else ():
                self.stdout.write(f"{said}: {name} at {key}")
