"""`manage.py cleanup_workflows`: delete old runs, or tell what there is to delete."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments, get_cleanup_statistics
from django_workflow_engine.cleanup.statistics import AGES
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.transitions import ENDED

RECOMMENDED_DAYS = AGES[0]


class Command(BaseCommand):
    """Thin: the functions of `django_workflow_engine.cleanup` do the work."""

    help = "Delete workflow runs that ended some time ago, with their history; running ones and templates stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The flags."""
        states = sorted(state.value for state in ENDED)
        parser.add_argument("--days", type=int, default=30, help="how long ago a run must have ended (default: 30)")
        parser.add_argument("--dry-run", action="store_true", help="delete nothing, tell what would be deleted")
        parser.add_argument(
            "--status", action="append", choices=states, help="only runs in this state; may be repeated"
        )
        parser.add_argument("--stats", action="store_true", help="delete nothing, print statistics")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the statistics, or clean up and print what went."""
        lines = _statistics() if options["stats"] else self._clean_up(options)
        self.stdout.write("\n".join(lines))

    def _clean_up(self, options: dict[str, Any]) -> list[str]:
        try:
            result = cleanup_completed_workflow_attachments(
                older_than_days=options["days"], dry_run=options["dry_run"], status=options["status"]
            )
        except WorkflowError as error:
            raise CommandError(error.message) from error
        return _result(result)


def _result(result: dict[str, Any]) -> list[str]:
    done = "Would delete" if result["dry_run"] else "Deleted"
    return [
        f"{done}: {result['attachments_deleted']} attachments"
        f" ({' and '.join(result['status'])}, ended {result['older_than_days']} days ago or earlier)",
        f"  Approval flows: {result['approval_flows_deleted']} with {result['steps_deleted']} steps",
        f"  Events: {result['events_deleted']}",
        f"  Unused frozen versions: {result['versions_deleted']}",
    ]


def _statistics() -> list[str]:
    found = get_cleanup_statistics()

    def line(label: str, key: str) -> str:
        return f"  {label}: {found[key]} ({found[f'{key}_percentage']:.1f}%)"

    return [
        "=== Workflow Cleanup Statistics ===",
        "",
        "Workflow Attachments (Instances):",
        f"  Total: {found['total_attachments']}",
        line("Completed", "completed_attachments"),
        line("Rejected", "rejected_attachments"),
        line("In Progress", "in_progress_attachments"),
        "",
        "Completed/Rejected by Age:",
        *(line(f"Older than {days} days", f"older_than_{days}_days") for days in AGES),
        *(_recommendation() if found[f"older_than_{RECOMMENDED_DAYS}_days"] else ()),
    ]


def _recommendation() -> list[str]:
    command = f"python manage.py cleanup_workflows --days={RECOMMENDED_DAYS}"
    return ["", "Recommendations:", f"  → Consider running: {command}"]
