"""Refuses documents beyond the limits, before they are validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from graphql import DocumentNode, GraphQLError, NoSchemaIntrospectionCustomRule, OperationDefinitionNode
from strawberry.extensions import SchemaExtension

from gql_workflows import conf
from gql_workflows.documents.suggestions import FewSuggestions
from gql_workflows.errors import LimitExceeded
from gql_workflows.limits.measured import measured_before
from gql_workflows.limits.pages import Pages, Variables, variables_of
from gql_workflows.limits.prices import Items
from gql_workflows.limits.requests import lines_of, number_of_values
from gql_workflows.limits.sizes import MOST_LEVELS, Meter, NestedTooDeeply, Size

_REPORTED: Final = 999_999_999  # doubling fragments come to numbers with hundreds of digits

_NAMES: Final[Mapping[str, Promise]] = {
    "lines": gettext_lazy("lines"),
    "variables": gettext_lazy("values in its variables"),
    "operations": gettext_lazy("operations"),
    "depth": gettext_lazy("levels of fields"),
    "root_fields": gettext_lazy("fields at the root"),
    "fields": gettext_lazy("fields with its fragments written out"),
    "aliases": gettext_lazy("aliases"),
    "directives": gettext_lazy("directives"),
    "cost": gettext_lazy("points of cost"),
    "values": gettext_lazy("values in its answer"),
    "bytes": gettext_lazy("bytes in its answer"),
}


class Limits(SchemaExtension):
    """Refuses what asks for more than GQL_WORKFLOWS["LIMITS"] allows, and introspection where it is switched off."""

    def on_operation(self) -> Iterator[None]:
        """Have the parser give up on a document that is too long."""
        limits = conf.limits()
        options: dict[str, Any] = {"max_tokens": limits.tokens, "max_source_length": limits.characters}
        self.execution_context.parse_options.update(options)  # type: ignore[typeddict-item]  # it knows one of them
        yield

    def on_validate(self) -> Iterator[None]:
        """Measure the document; the rules look at none that is refused."""
        context = self.execution_context
        context.validation_rules = (*context.validation_rules, FewSuggestions)
        if not conf.introspection():
            context.validation_rules = (*context.validation_rules, NoSchemaIntrospectionCustomRule)
        if context.graphql_document is not None and not context.pre_execution_errors:
            refusals: list[GraphQLError] = [*self._refusals(context.graphql_document)]
            context.pre_execution_errors = refusals or None
        yield

    def _refusals(self, document: DocumentNode) -> Iterator[LimitExceeded]:
        sent = [*self._refusals_of_what_was_sent()]
        yield from sent or self._refusals_of_what_is_asked(document)

    def _refusals_of_what_was_sent(self) -> Iterator[LimitExceeded]:
        context = self.execution_context
        sent = {"lines": lines_of(context.query or ""), "variables": number_of_values(context.variables)}
        return _refusals_of(sent)

    def _refusals_of_what_is_asked(self, document: DocumentNode) -> Iterator[LimitExceeded]:
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        if len(operations) > conf.limits().operations:
            yield refusal_of("operations", len(operations))
            return
        try:
            largest = self._largest(document, operations)
        except NestedTooDeeply:
            yield refusal_of("depth", MOST_LEVELS + 1)
            return
        yield from _refusals_of(largest)

    def _largest(self, document: DocumentNode, operations: list[OperationDefinitionNode]) -> Mapping[str, int]:
        """The largest of each size among the document's parts, all of which are validated; the cost of what is run."""
        context = self.execution_context
        chosen = next((node for node in operations if _name(node) == context.operation_name), operations[0])
        variables, list_size = variables_of(chosen, context.variables), conf.limits().list_size
        return measured_before(
            document,
            (id(chosen), list_size),
            variables,
            lambda: self._measured(document, operations, chosen, variables),
        )

    def _measured(
        self,
        document: DocumentNode,
        operations: list[OperationDefinitionNode],
        chosen: OperationDefinitionNode,
        variables: Variables,
    ) -> Mapping[str, int]:
        schema = self.execution_context.schema._schema
        pages = Pages(schema, list_size=conf.limits().list_size, variables=variables)
        meter = Meter(schema, document, pages, Items(variables))
        measured = [meter.operation(node) for node in operations]
        parts: list[Size] = [*measured, *meter.fragments()]
        return {
            "depth": max(part.depth for part in parts),
            "root_fields": max(operation.width for operation in measured),
            "fields": max(part.fields for part in parts),
            "aliases": max(part.aliases for part in parts),
            "directives": max(part.directives for part in parts),
            "cost": next(size.cost for node, size in zip(operations, measured, strict=True) if node is chosen),
        }


def _name(node: OperationDefinitionNode) -> str | None:
    return node.name.value if node.name else None


def _refusals_of(sizes: Mapping[str, int]) -> Iterator[LimitExceeded]:
    limits = conf.limits()
    return (refusal_of(name, size) for name, size in sizes.items() if size > getattr(limits, name))


def refusal_of(name: str, asked: int) -> LimitExceeded:
    """The refusal of a document that has so much of what this limit counts."""
    most = getattr(conf.limits(), name)
    facts = {"what": _NAMES[name], "most": most, "asked": min(asked, _REPORTED)}
    message = _("This document has %(asked)d %(what)s; at most %(most)d are allowed.") % facts
    return LimitExceeded(message, limit=name.upper(), most=most, asked=facts["asked"])
