"""The names of our types in a project's schema: with the project's prefix, so that its own types keep theirs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from graphql import NamedTypeNode, Visitor, parse, specified_scalar_types, visit
from strawberry.exceptions import DuplicatedTypeName
from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.lazy_type import LazyType
from strawberry.utils.typing import eval_type

from gql_workflows import conf

_OURS: Final = ("gql_workflows.", "django_workflow_engine.", "approval_workflow.")  # whose enums have our names
_OF_LIBRARIES: Final = frozenset({*specified_scalar_types, "DateTime", "JSON", "Node", "PageInfo"})


def is_ours(origin: Any) -> bool:
    """Whether a class has its name in the schema from us, and not from the project or another library."""
    return f"{getattr(origin, '__module__', '')}.".startswith(_OURS)


class OwnNames(NameConverter):
    """Names our objects, inputs, enums, connections and edges with a prefix; the roots keep their names."""

    def __init__(self, prefix: str, *, roots: Collection[type]) -> None:
        super().__init__()
        self._prefix, self._roots = prefix, roots

    def from_object(self, object_type: StrawberryObjectDefinition) -> str:
        """The name of an object, an input or an interface; that of a generic one begins with its parameter's."""
        name = super().from_object(object_type)
        return self._prefix + name if self._is_plain_and_ours(object_type) else name

    def from_enum(self, enum: StrawberryEnumDefinition) -> str:
        """The name of an enum."""
        name = super().from_enum(enum)
        return self._prefix + name if self._is_plain_and_ours(enum) else name

    def get_name_from_type(self, type_: Any) -> str:
        """The name of a type as the parameter of a generic one, such as the rows of a connection."""
        found = eval_type(type_)
        found = found.resolve_type() if isinstance(found, LazyType) else found
        name = super().get_name_from_type(found)
        definition = getattr(found, "__strawberry_definition__", found)
        return self._prefix + name if self._is_plain_and_ours(definition) else name

    def _is_plain_and_ours(self, definition: Any) -> bool:
        if isinstance(definition, StrawberryEnumDefinition):
            return is_ours(definition.wrapped_cls)
        if not isinstance(definition, StrawberryObjectDefinition) or definition.origin in self._roots:
            return False
        return is_ours(definition.origin) and not (definition.is_graphql_generic or definition.concrete_of)


def told(error: DuplicatedTypeName) -> Exception:
    """What to raise where two types have one name: which they are, and the setting if one of them is ours."""
    classes = (error.first_cls, error.second_cls)
    if not any(map(is_ours, classes)):
        return error
    first, second = (f"{one.__module__}.{one.__qualname__}" if one else "another type" for one in classes)
    return ImproperlyConfigured(
        f"{error.message}: {first} and {second}. Have ours named otherwise by GQL_WORKFLOWS['TYPE_PREFIX'], "
        f"such as {'Wf' if conf.type_prefix() != 'Wf' else 'Flow'!r}, or rename yours."
    )


def prefixed(document: str) -> str:
    """An operation of ours, which names our types, in the names that they have in this project."""
    prefix, names = conf.type_prefix(), _Names()
    if prefix:
        visit(parse(document), names)
    for start in reversed(names.starts):
        document = document[:start] + prefix + document[start:]
    return document


class _Names(Visitor):
    """Where a document names types of ours, in the order of the text."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: list[int] = []

    def enter_named_type(self, node: NamedTypeNode, *_args: object) -> None:
        """Note one of them."""
        if node.loc is not None and node.name.value not in _OF_LIBRARIES:
            self.starts.append(node.loc.start)
