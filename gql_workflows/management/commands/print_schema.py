"""`manage.py print_schema`: the API's schema as GraphQL."""

from typing import Any

from django.core.management.base import BaseCommand

from gql_workflows.releases.exported_schema import exported_schema


class Command(BaseCommand):
    """Prints what schema.graphql holds."""

    help = "Print the GraphQL schema, as schema.graphql holds it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the schema to stdout."""
        self.stdout.write(exported_schema())
