"""`manage.py forget_idempotency_keys`: delete the keys that are too old to count."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from django_workflow_engine.errors import WorkflowError
from gql_workflows.idempotency import forget_expired


class Command(BaseCommand):
    """To be called by a scheduler; an old key counts for nothing even before it is deleted."""

    help = "Delete idempotency keys older than the setting IDEMPOTENCY_KEY_HOURS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete them and print their number."""
        try:
            self.stdout.write(f"{forget_expired()} forgotten")
        except WorkflowError as refused:
            raise CommandError(refused.message) from refused
