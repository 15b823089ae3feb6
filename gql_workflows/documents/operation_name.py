"""Which operation of a document is run."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension


class OperationNameRequired(SchemaExtension):
    """Refuses a document of several operations unless the request names the one to run."""

    def on_validate(self) -> Iterator[None]:
        """Look before the rules do; what is refused already stays so."""
        context = self.execution_context
        definitions = () if context.graphql_document is None else context.graphql_document.definitions
        operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
        # `operation_name` would be the first one's where the request names none
        if context._provided_operation_name is None and len(operations) > 1 and not context.pre_execution_errors:
            message = _("Name the operation to run: the document has several.")
            context.pre_execution_errors = [GraphQLError(message, nodes=operations[:1])]
        yield
