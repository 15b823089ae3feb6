"""Where a request reads: what a mutation answers is what it wrote, and no replica that does not have it yet."""

from __future__ import annotations

from collections.abc import Iterator

from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from django_workflow_engine.transactions import reading_where_it_is_written


class ReadsWhatItWrote(SchemaExtension):
    """Has mutations read from the databases that are written to, whatever the project's routers say about reading."""

    def on_execute(self) -> Iterator[None]:
        """Resolve the whole operation so."""
        if self.execution_context.operation_type is OperationType.MUTATION:
            with reading_where_it_is_written():
                yield
        else:
            yield
