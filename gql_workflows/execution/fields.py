"""How one field of a type is read without graphql-core: which function gives it, and what that function takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final
from weakref import WeakKeyDictionary

import strawberry
from django.core.exceptions import FieldDoesNotExist
from django.db.models import FileField
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema
from strawberry import relay
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from strawberry_django.fields.field import StrawberryDjangoField
from strawberry_django.relay.utils import resolve_model_id

PLANNED: Final = {"gql_workflows.planned": True}  # metadata of a field
_DEFINITION: Final = GraphQLCoreConverter.DEFINITION_BACKREF
_KINDS: Final = (StrawberryField, StrawberryDjangoField)


def resolved(
    *, description: str, metadata: Mapping[str, Any] | None = None
) -> Callable[[Callable[..., Any]], StrawberryField]:
    """Make a field of a resolver: `strawberry.field` with the type that the library does not say where it decorates."""

    def decorate(resolver: Callable[..., Any]) -> StrawberryField:
        return strawberry.field(resolver, description=description, metadata=metadata)

    return decorate


def planned(*, description: str) -> Callable[[Callable[..., Any]], StrawberryField]:
    """Make a field of a resolver that a plan may call: a `strawberry.field` that is read for many rows at once.

    The resolver takes its object and `info`, of which it asks nothing but `context`; it only reads, since it may be
    called again where something beside it fails; an `async` one awaits nothing but `info.context.loaders`.
    """
    return resolved(description=description, metadata=PLANNED)


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """What a resolver may ask of its `info` here: the context of the request, and nothing about its place in it."""

    context: Any


@dataclass(frozen=True, slots=True)
class FieldReader:
    """How a field is read: `function` takes the source, and `PlanInfo` too if it `asks`.

    It gives the value at once, or, if it `waits`, a coroutine that awaits nothing but loaders.
    """

    function: Callable[..., Any]
    asks: bool = False
    waits: bool = False

    def bound(self, asked: PlanInfo) -> Callable[[Any], Any]:
        """The function of the source alone, in one request."""
        if not self.asks:
            return self.function
        function = self.function
        return lambda source: function(source, asked)


_readings: Final[WeakKeyDictionary[GraphQLSchema, dict[tuple[str, str], FieldReader | None]]] = WeakKeyDictionary()


def reader_of(schema: GraphQLSchema, parent: GraphQLObjectType, name: str) -> FieldReader | None:
    """How the field is read; None where only graphql-core can: with arguments, or a resolver that is not `planned`."""
    known = _readings.setdefault(schema, {})
    key = (parent.name, name)
    if key not in known:
        known[key] = _reading(parent, parent.fields[name])
    return known[key]


def _reading(parent: GraphQLObjectType, field: GraphQLField) -> FieldReader | None:
    definition = field.extensions.get(_DEFINITION)
    if not isinstance(definition, StrawberryField) or type(definition) not in _KINDS:
        return None  # a kind of a project's own may get its result in a way of its own
    if definition.extensions or field.args:
        return None
    if definition.base_resolver is None:
        return _attribute(definition)
    if definition.python_name == "_id":
        return _global_id(parent)
    return _resolver(definition) if PLANNED.items() <= definition.metadata.items() else None


def _attribute(field: StrawberryField) -> FieldReader | None:
    """An attribute of the source; of a row only a column of its own, which was read with it."""
    if isinstance(field, StrawberryDjangoField):
        name, of = field.django_name or field.python_name, field.origin_django_type
        if of is None or not _is_column(of.model, name):
            return None
        return FieldReader(attrgetter(name))
    return FieldReader(attrgetter(field.python_name))


def _is_column(model: Any, name: str) -> bool:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return bool(field.concrete) and not field.is_relation and not isinstance(field, FileField)


def _global_id(parent: GraphQLObjectType) -> FieldReader | None:
    """The global id; None for a type that makes its own in another way."""
    definition = parent.extensions.get(_DEFINITION)
    if not isinstance(definition, StrawberryObjectDefinition):
        return None
    attribute, name = _key_attribute(definition.origin), parent.name
    if attribute is None:
        return None
    key = attrgetter(attribute)
    return FieldReader(lambda source: relay.to_base64(name, key(source)))


def _key_attribute(node: Any) -> str | None:
    """The attribute that has the key; None where the type says in functions of its own what its ids are."""
    usual = (relay.Node.resolve_id.__func__, resolve_model_id)  # type: ignore[attr-defined]  # of class methods
    if node.resolve_id.__func__ not in usual:
        return None
    if node.resolve_typename.__func__ is not relay.Node.resolve_typename.__func__:  # type: ignore[attr-defined]
        return None
    return str(node.resolve_id_attr())


def _resolver(field: StrawberryField) -> FieldReader | None:
    """The resolver's own function, given the source for each parameter but `info`."""
    resolver: Any = field.base_resolver
    function, waits = resolver.wrapped_func, inspect.iscoroutinefunction(resolver.wrapped_func)
    match [parameter is resolver.info_parameter for parameter in resolver.signature.parameters.values()]:
        case [False]:
            return FieldReader(function, waits=waits)
        case [False, False]:
            return FieldReader(lambda source: function(source, source), waits=waits)
        case [False, True]:
            return FieldReader(function, asks=True, waits=waits)
        case [False, False, True]:
            return FieldReader(lambda source, asked: function(source, source, asked), asks=True, waits=waits)
    return None
