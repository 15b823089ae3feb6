"""One operation for each root field of the schema, with a value for each of its arguments and of those below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from graphql import GraphQLField, GraphQLSchema, get_named_type, is_composite_type, is_leaf_type

from tests.api.hostile.values import Values, literal

LEVELS: Final = 4  # of fields in each other
MOST_FIELDS: Final = 6  # beside each other, of those that have fields themselves


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What is sent."""

    document: str
    variables: dict[str, Any]


def root_fields(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """The kind of operation and the name of each root field."""
    roots = {"query": schema.query_type, "mutation": schema.mutation_type, "subscription": schema.subscription_type}
    for kind, root in roots.items():
        yield from ((kind, name) for name in (root.fields if root else ()))


@dataclass(kw_only=True)
class Writer:
    """Writes one operation, with its arguments as variables or as literals."""

    schema: GraphQLSchema
    random: Random
    values: Values
    as_literals: bool
    declarations: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)

    def operation(self, kind: str, name: str) -> Operation:
        """The operation on one root field."""
        root: Any = getattr(self.schema, f"{kind}_type")
        body = self._field(name, root.fields[name], levels=LEVELS)
        declared = f"({', '.join(self.declarations)})" if self.declarations else ""
        return Operation(document=f"{kind} {declared} {{ {body} }}", variables=self.variables)

    def _field(self, name: str, spec: GraphQLField, *, levels: int) -> str:
        arguments = [self._argument(key, argument) for key, argument in spec.args.items()]
        given = ", ".join(text for text in arguments if text)
        return f"{name}{f'({given})' if given else ''} {self._selection(get_named_type(spec.type), levels=levels)}"

    def _argument(self, name: str, argument: Any) -> str:
        if not argument.type.__class__.__name__.endswith("NonNull") and self.random.random() < 0.4:
            return ""
        value = self.values.of(argument.type, name=name)
        if self.as_literals:
            return f"{name}: {literal(value)}"
        variable = f"v{len(self.declarations)}"
        self.declarations.append(f"${variable}: {argument.type}")
        self.variables[variable] = value
        return f"{name}: ${variable}"

    def _selection(self, type_: Any, *, levels: int) -> str:
        if not is_composite_type(type_):
            return ""
        fields = getattr(type_, "fields", {})
        leaves = [self._field(name, spec, levels=0) for name, spec in fields.items() if _is_leaf(spec)]
        deeper = [name for name, spec in fields.items() if not _is_leaf(spec)] if levels > 1 else []
        chosen = self.random.sample(deeper, min(len(deeper), MOST_FIELDS if levels == LEVELS else 2))
        below = [self._field(name, fields[name], levels=levels - 1) for name in chosen]
        return "{ " + " ".join(["__typename", *leaves, *below]) + " }"


def _is_leaf(spec: GraphQLField) -> bool:
    return is_leaf_type(get_named_type(spec.type))
