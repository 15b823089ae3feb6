"""Which operation of a document is run."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from graphql import DocumentNode, GraphQLError, Node, OperationDefinitionNode
from strawberry.extensions import SchemaExtension


class OperationNameRequired(SchemaExtension):
    """Refuses a document of several operations unless the request names the one to run."""

    def on_validate(self) -> Iterator[None]:
        """Look before the rules do; what is refused already stays so."""
        context = self.execution_context
        operations = [] if context.graphql_document is None else list(_operations(context.graphql_document))
        # `operation_name` would be the first one's where the request names none
        if context._provided_operation_name is None and len(operations) > 1 and not context.pre_execution_errors:
            message = _("Name the operation to run: the document has several.")
            context.pre_execution_errors = [GraphQLError(message, nodes=operations[:1])]
        yield


def _operations(document: DocumentNode) -> Iterator[Node]:
    return (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
