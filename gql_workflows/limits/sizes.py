"""How large a document is, its fragments written out; each fragment is measured once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
)

from gql_workflows.limits.pages import Pages
from gql_workflows.limits.prices import READING, Items, price_of

MOST_LEVELS: Final = 100  # of selections and fragments in each other, whatever the settings say: the walk is recursive


class NestedTooDeeply(Exception):
    """The document has more than MOST_LEVELS levels of selections and fragments."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much a selection asks for: `width` is its own fields alone, `cost` the values that it may have resolved."""

    depth: int = 0
    width: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0

    def beside(self, other: Size, *, directives: int = 0) -> Size:
        """Both together, and so many directives on them."""
        return Size(
            depth=max(self.depth, other.depth),
            width=self.width + other.width,
            fields=self.fields + other.fields,
            aliases=self.aliases + other.aliases,
            directives=self.directives + other.directives + directives,
            cost=self.cost + other.cost,
        )

    def below(self, field: FieldNode, *, times: int, price: int) -> Size:
        """A field of this price with this selection below it, in so many objects."""
        return Size(
            depth=self.depth + 1,
            width=1,
            fields=self.fields + 1,
            aliases=self.aliases + (field.alias is not None),
            directives=self.directives + len(field.directives or ()),
            cost=self.cost * times + 1 + price,
        )


_NOTHING: Final = Size()


class Meter:
    """Measures the operations and fragments of one document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, pages: Pages, items: Items) -> None:
        self._schema, self._pages, self._items = schema, pages, items
        self._fragments = _fragments(document)
        self._measured: dict[str, Size] = {}
        self._open: set[str] = set()

    def operation(self, node: OperationDefinitionNode) -> Size:
        """The size of one operation; raises NestedTooDeeply."""
        size = self._selections(node.selection_set, self._schema.get_root_type(node.operation), level=0)
        return size.beside(_NOTHING, directives=len(node.directives or ()))

    def fragments(self) -> list[Size]:
        """The size of each fragment, whether an operation uses it or not; raises NestedTooDeeply."""
        return [self._fragment(name, level=0) for name in self._fragments]

    def _selections(self, node: SelectionSetNode, parent: GraphQLNamedType | None, *, level: int) -> Size:
        if level > MOST_LEVELS:
            raise NestedTooDeeply
        size = _NOTHING
        for selection in node.selections:
            size = size.beside(self._selection(selection, parent, level=level + 1))
        return size

    def _selection(self, node: SelectionNode, parent: GraphQLNamedType | None, *, level: int) -> Size:
        if isinstance(node, FieldNode):
            return self._field(node, parent, level=level)
        if isinstance(node, InlineFragmentNode):
            inner = self._selections(node.selection_set, self._type(node.type_condition) or parent, level=level)
        elif isinstance(node, FragmentSpreadNode):
            inner = self._fragment(node.name.value, level=level)
        else:
            raise TypeError(node.kind)
        return inner.beside(_NOTHING, directives=len(node.directives or ()))

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, *, level: int) -> Size:
        # None where there is no such field, which validation refuses
        field = self._schema.get_field(parent, node.name.value) if is_composite_type(parent) else None
        below = None if field is None else get_named_type(field.type)
        inner = self._selections(node.selection_set, below, level=level) if node.selection_set else _NOTHING
        if field is None:
            return inner.below(node, times=1, price=0)
        return inner.below(node, times=self._pages.times(node, field, parent), price=self._price(node, field))

    def _price(self, node: FieldNode, field: GraphQLField) -> int:
        """What the call costs, and the reading of the lists in its arguments, which everybody may send."""
        price = price_of(field) or READING
        values = [argument.value for argument in node.arguments or ()]
        items = sum(map(self._items.of, values))
        if not price.listed:
            return price.call + price.item * items
        listed = sum(self._items.of_list(value, price.listed) for value in values)
        return price.call + price.each * listed + price.item * (items - listed)

    def _fragment(self, name: str, *, level: int) -> Size:
        """The size of a fragment; nothing for one that is not there or holds itself, which validation refuses."""
        if name in self._measured:
            return self._measured[name]
        if name in self._open or name not in self._fragments:
            return _NOTHING
        self._open.add(name)
        node = self._fragments[name]
        size = self._selections(node.selection_set, self._type(node.type_condition), level=level)
        self._measured[name] = size.beside(_NOTHING, directives=len(node.directives or ()))
        self._open.remove(name)
        return self._measured[name]

    def _type(self, node: NamedTypeNode | None) -> GraphQLNamedType | None:
        return None if node is None else self._schema.get_type(node.name.value)


def _fragments(document: DocumentNode) -> Mapping[str, FragmentDefinitionNode]:
    nodes = (node for node in document.definitions if isinstance(node, FragmentDefinitionNode))
    return {node.name.value: node for node in nodes}
