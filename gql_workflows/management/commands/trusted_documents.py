"""`manage.py trusted_documents`: the manifest of the operations that a server may be limited to."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from graphql import GraphQLError, build_schema

from gql_workflows.documents.manifests import collect
from gql_workflows.schema import schema


class Command(BaseCommand):
    """Makes a manifest; writes nothing when any operation does not fit the schema."""

    help = (
        "Print the manifest of trusted documents: every operation of the named .graphql files (or of those in the "
        "named folders) and of the named manifests, each checked against the schema."
    )
    requires_system_checks: list[str] = []  # the manifest that the settings name may be the one to be made

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The sources and `--output`."""
        parser.add_argument("sources", nargs="+", type=Path, help=".graphql files, folders of them, .json manifests")
        parser.add_argument("--output", type=Path, help="the file to write; without it, the manifest is printed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect, then write."""
        try:
            documents = collect(options["sources"], build_schema(schema.as_str()))
        except (OSError, ValueError, GraphQLError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        text = json.dumps(documents, ensure_ascii=False, indent=2, sort_keys=True)
        if options["output"] is None:
            self.stdout.write(text)
            return
        options["output"].write_text(text + "\n", "utf-8")
        self.stdout.write(f"{len(documents)} documents in {options['output']}")
