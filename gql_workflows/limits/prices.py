"""What a call costs beside its answer: a mutation writes much more than that, and the items of lists are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from graphql import GraphQLField, ListValueNode, ObjectValueNode, VariableNode
from strawberry.schema.schema_converter import GraphQLCoreConverter

from gql_workflows.limits.pages import Variables

PRICE: Final = "gql_workflows.price"  # metadata of a field
_DEFINITION: Final = GraphQLCoreConverter.DEFINITION_BACKREF


@dataclass(frozen=True, kw_only=True)
class Price:
    """Points of cost: for the call, and for each item of a list in its arguments, however deep it lies.

    The items of one list of the input, which is `listed` there, may have a price of their own: `each`.
    """

    call: int = 500
    item: int = 5
    listed: str = ""
    each: int = 0


USUAL: Final = Price()
READING: Final = Price(call=0)
ATTACHMENT: Final = Price(call=9_000)  # it copies a template that was changed, once
WHOLE_TEMPLATE: Final = Price(call=20_000)  # what is copied or deleted is as large as templates may be
ATTACHMENTS: Final = Price(call=9_000, item=250)  # the objects are written together
STATISTICS: Final = Price(call=10_000, item=0)  # it grows with what is counted
EVERY_OPEN_SEAT: Final = Price(call=50_000, item=0)  # each of them is looked at, however short the page
DECISIONS: Final = Price(listed="stepIds", each=1_000)  # each of the steps is a decision by itself


def price_of(field: GraphQLField) -> Price | None:
    """The price of a field that has one."""
    definition = field.extensions.get(_DEFINITION)
    price = getattr(definition, "metadata", {}).get(PRICE)
    return price if isinstance(price, Price) else None


class Items:
    """Counts the items of all lists in arguments; those of a variable once, however often it is named."""

    def __init__(self, variables: Variables) -> None:
        self._variables = variables
        self._counted: dict[str, int] = {}

    def of(self, value: Any) -> int:
        """The items in a value, be it JSON or part of a document."""
        if isinstance(value, VariableNode):
            return self._of_variable(value.name.value)
        if isinstance(value, ListValueNode):
            value = value.values
        if isinstance(value, list | tuple):
            return len(value) + self._of_each(value)
        if isinstance(value, ObjectValueNode):
            return self._of_each(field.value for field in value.fields)
        return self._of_each(value.values()) if isinstance(value, dict) else 0

    def of_list(self, value: Any, name: str) -> int:
        """The items of the list of this name in an input; a variable may stand for either."""
        value = self._given(value)
        if isinstance(value, ObjectValueNode):
            value = {field.name.value: field.value for field in value.fields}
        listed = self._given(value.get(name)) if isinstance(value, dict) else None
        if isinstance(listed, ListValueNode):
            listed = listed.values
        return len(listed) if isinstance(listed, list | tuple) else 0

    def _given(self, value: Any) -> Any:
        return self._variables.get(value.name.value) if isinstance(value, VariableNode) else value

    def _of_variable(self, name: str) -> int:
        if name not in self._counted:
            self._counted[name] = self.of(self._variables.get(name))
        return self._counted[name]

    def _of_each(self, values: Iterable[Any]) -> int:
        return sum(map(self.of, values))
