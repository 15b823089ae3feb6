"""`manage.py check_breaking_changes`: fail when clients of the last released schema would break."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from graphql import GraphQLError

from gql_workflows.releases.breaking_changes import breaking_changes, last_release
from gql_workflows.schema import schema


class Command(BaseCommand):
    """Compares the schema of the code with the last one that was released."""

    help = "Fail with a line per change when the schema breaks clients of the last released one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The folder of released schemas."""
        parser.add_argument("releases", type=Path, help="the folder that holds 1.2.3.graphql for each release")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare with the highest version."""
        try:
            release = last_release(options["releases"])
            found = breaking_changes(release.read_text("utf-8"), schema.as_str())
        except (OSError, ValueError, GraphQLError) as error:
            raise CommandError(str(error)) from error
        if found:
            lines = "\n".join(f"  {change.type.name}: {change.description}" for change in found)
            raise CommandError(f"The schema breaks clients of {release.name}; deprecate before removing:\n{lines}")
        self.stdout.write(f"Nothing in the schema breaks clients of {release.name}.")
