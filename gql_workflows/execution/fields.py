"""How one field of a type is read without graphql-core: of which attribute, by which function, from which loader."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, TypeAlias
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

from gql_workflows.context import Info

_PLANNED: Final = "gql_workflows.planned"  # metadata of a field
_DEFINITION: Final = GraphQLCoreConverter.DEFINITION_BACKREF
_KINDS: Final = (StrawberryField, StrawberryDjangoField)


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """What a resolver may ask of its `info` here: the context of the request, and nothing about its place in it."""

    context: Any


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """An attribute of the object, or one of an attribute: its path is made of Python's names."""

    path: str


@dataclass(frozen=True, kw_only=True)
class GlobalId:
    """The global id of an object whose key is this attribute."""

    type_name: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Computed:
    """What a function makes of the object, and of `PlanInfo` where it `asks`.

    `of` is the one attribute that it looks at, where there is but one with a few values.
    """

    function: Callable[..., Any]
    asks: bool = False
    of: str = ""


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """The same of a function that is `async`, and awaits nothing but loaders."""

    function: Callable[..., Any]
    asks: bool = False


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a loader has for the object's key; nothing where the key is None.

    `view` makes what is shown of what was found, `beside` of that and the object. `at_hand` gives what was read
    together with the object, where it was.
    """

    loader: str
    key: Callable[[Any], Any]
    view: Callable[[Any], Any] | None = None
    beside: Callable[[Any, Any], Any] | None = None
    at_hand: Callable[[Any], Any] | None = None

    def shown(self, value: Any, source: Any) -> Any:
        """What is shown of what was found for the object."""
        if self.beside is not None:
            return self.beside(value, source)
        return value if self.view is None or value is None else self.view(value)


Reader: TypeAlias = Attribute | GlobalId | Computed | Awaited | Loaded


def resolved(
    *, description: str, metadata: Mapping[str, Any] | None = None
) -> Callable[[Callable[..., Any]], StrawberryField]:
    """Make a field of a resolver: `strawberry.field` with the type that the library does not say where it decorates."""

    def decorate(resolver: Callable[..., Any]) -> StrawberryField:
        return strawberry.field(resolver, description=description, metadata=metadata)

    return decorate


def planned(*, description: str, of: str = "") -> Callable[[Callable[..., Any]], StrawberryField]:
    """Make a field of a resolver that a plan may call: a `strawberry.field` that is read for many rows at once.

    The resolver takes its object and `info`, of which it asks nothing but `context`; it only reads, since it may be
    called again where something beside it fails; an `async` one awaits nothing but `info.context.loaders`. `of` names
    the one attribute of the object that it looks at, if that has a few values alone, such as a status: a plan then
    keeps what each of them is shown as.
    """
    return resolved(description=description, metadata={_PLANNED: of})


def loaded(
    loader: str,
    *,
    by: str | Callable[[Any], Any],
    description: str,
    view: Callable[[Any], Any] | None = None,
    beside: Callable[[Any, Any], Any] | None = None,
    at_hand: Callable[[Any], Any] | None = None,
) -> Any:
    """Make a field of what a loader has for a key of the object; nothing is found where that is None.

    `by` is the attribute that has the key, or a function of the object. `view` makes what is shown of what was found,
    `beside` of that and the object; `at_hand` gives what was read together with the object.
    """
    key_of = attrgetter(by) if isinstance(by, str) else by
    found = Loaded(loader=loader, key=key_of, view=view, beside=beside, at_hand=at_hand)

    async def load(root: strawberry.Parent[Any], info: Info) -> Any:
        key = key_of(root)
        value = None if key is None or at_hand is None else at_hand(root)
        if value is None and key is not None:
            value = await getattr(info.context.loaders, loader).load(key)
        return found.shown(value, root)

    return strawberry.field(load, description=description, metadata={_PLANNED: found})


def plain(path: str, of: Any, *, description: str) -> Any:
    """Make a field of this type of an attribute, or of one of an attribute, as it is."""
    read = attrgetter(path)

    def attribute(root: strawberry.Parent[Any]) -> Any:
        return read(root)

    attribute.__annotations__["return"] = of
    return strawberry.field(attribute, description=description, metadata={_PLANNED: Attribute(path=path)})


def itself(source: Any) -> Any:
    """The object as its own key: what a loader has for a row that was read."""
    return source


_readers: Final[WeakKeyDictionary[GraphQLSchema, dict[tuple[str, str], Reader | None]]] = WeakKeyDictionary()


def reader_of(schema: GraphQLSchema, parent: GraphQLObjectType, name: str) -> Reader | None:
    """How the field is read; None where only graphql-core can: with arguments, or a resolver that is not `planned`."""
    known = _readers.setdefault(schema, {})
    key = (parent.name, name)
    if key not in known:
        known[key] = _reader(parent, parent.fields[name])
    return known[key]


def _reader(parent: GraphQLObjectType, field: GraphQLField) -> Reader | None:
    definition = field.extensions.get(_DEFINITION)
    if not isinstance(definition, StrawberryField) or type(definition) not in _KINDS:
        return None  # a kind of a project's own may get its result in a way of its own
    if definition.extensions or field.args:
        return None
    if definition.base_resolver is None:
        return _attribute(definition)
    if definition.python_name == "_id":
        return _global_id(parent)
    return _resolver(definition) if _PLANNED in definition.metadata else None


def _attribute(field: StrawberryField) -> Reader | None:
    """An attribute of the source; of a row only a column of its own, which was read with it."""
    if not isinstance(field, StrawberryDjangoField):
        return Attribute(path=field.python_name)
    name, of = field.django_name or field.python_name, field.origin_django_type
    return Attribute(path=name) if of is not None and _is_column(of.model, name) else None


def _is_column(model: Any, name: str) -> bool:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return bool(field.concrete) and not field.is_relation and not isinstance(field, FileField)


def _global_id(parent: GraphQLObjectType) -> Reader | None:
    """The global id; None for a type that makes its own in another way."""
    definition = parent.extensions.get(_DEFINITION)
    if not isinstance(definition, StrawberryObjectDefinition):
        return None
    attribute = _key_attribute(definition.origin)
    return None if attribute is None else GlobalId(type_name=parent.name, path=attribute)


def _key_attribute(node: Any) -> str | None:
    """The attribute that has the key; None where the type says in functions of its own what its ids are."""
    usual = (relay.Node.resolve_id.__func__, resolve_model_id)  # type: ignore[attr-defined]  # of class methods
    if node.resolve_id.__func__ not in usual:
        return None
    if node.resolve_typename.__func__ is not relay.Node.resolve_typename.__func__:  # type: ignore[attr-defined]
        return None
    return str(node.resolve_id_attr())


def _resolver(field: StrawberryField) -> Reader | None:
    """What the field was declared with, or the resolver's own function, given the object for each of its parameters."""
    told = field.metadata[_PLANNED]
    if isinstance(told, Loaded | Attribute):
        return told
    resolver: Any = field.base_resolver
    function, asks = _of_source(resolver)
    if function is None:
        return None
    if inspect.iscoroutinefunction(resolver.wrapped_func):
        return Awaited(function=function, asks=asks)
    return Computed(function=function, asks=asks, of=told)


def _of_source(resolver: Any) -> tuple[Callable[..., Any] | None, bool]:
    """The function of a resolver as one of the object, and whether it takes `info` too."""
    function: Callable[..., Any] = resolver.wrapped_func
    match [parameter is resolver.info_parameter for parameter in resolver.signature.parameters.values()]:
        case [False]:
            return function, False
        case [False, False]:
            return lambda source: function(source, source), False
        case [False, True]:
            return function, True
        case [False, False, True]:
            return lambda source, asked: function(source, source, asked), True
    return None, False
