"""Objects of any type of the schema by global id: ours by our policy, the project's by the rule of their type."""

from __future__ import annotations

import inspect
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import strawberry
from asgiref.sync import async_to_sync
from strawberry import relay
from strawberry.types.base import StrawberryObjectDefinition
from strawberry_django.relay.utils import resolve_model_nodes
from strawberry_django.utils.typing import get_django_definition

from django_workflow_engine.models.keys import to_primary_key
from gql_workflows.ids import named_in, split
from gql_workflows.nodes.lookup import NODE_TYPES, find_nodes

logger = logging.getLogger(__name__)

_UNRULED: Final = (
    "%s is found by no node(id:), for it has no rule: give it a get_queryset, or resolve_nodes, that leaves out what "
    "the viewer may not see."
)


def nodes_of(info: Any, ids: Sequence[str]) -> list[relay.Node | None]:
    """The objects with these global ids, None where there is none; each marked as of the type that its id names.

    The project may have a type of its own for a model that we have one for: a row alone would not tell which it is.
    """
    found = dict(zip(ids, find_nodes(info.context, ids), strict=True)) | _of_the_project(info, ids)
    return [_as_named(info, value, found[value]) for value in ids]


def _as_named(info: Any, value: str, found: Any) -> Any:
    return None if found is None else strawberry.cast(_type_named_in(info, value), found)


def _of_the_project(info: Any, ids: Iterable[str]) -> dict[str, Any]:
    """The objects of the project's own types, by their global ids."""
    wanted: dict[Any, dict[str, str]] = defaultdict(dict)
    for value in ids:
        parts, type_ = named_in(value), _type_named_in(info, value)
        if parts is not None and type_ is not None and not _is_ours(value) and _has_a_rule(type_):
            wanted[type_][value] = parts[1]
    return {value: row for type_, keys in wanted.items() for value, row in _resolved(info, type_, keys).items()}


def _is_ours(value: str) -> bool:
    parts = split(value)
    return parts is not None and parts[0] in NODE_TYPES


def _type_named_in(info: Any, value: str) -> Any:
    """The class of the node type that a global id names, or None where the schema has no such type."""
    parts = named_in(value)
    definition = info.schema.get_type_by_name(parts[0]) if parts is not None else None
    origin = definition.origin if isinstance(definition, StrawberryObjectDefinition) else None
    return origin if origin is not None and issubclass(origin, relay.Node) else None


def _has_a_rule(type_: Any) -> bool:
    """Whether the type itself says which of its objects a viewer may see.

    strawberry-django finds every row of the model of a type that says nothing.
    """
    resolver = inspect.unwrap(type_.resolve_nodes.__func__)
    of_the_type = resolver not in (resolve_model_nodes, relay.Node.resolve_nodes.__func__)  # type: ignore[attr-defined]
    if of_the_type or (resolver is resolve_model_nodes and hasattr(type_, "get_queryset")):
        return True
    logger.warning(_UNRULED, type_.__qualname__)
    return False


def _resolved(info: Any, type_: Any, keys: dict[str, str]) -> dict[str, Any]:
    """What the type finds of its own, by global ids; it may be waited for."""
    possible = {value: key for value, key in keys.items() if _can_be_a_key(type_, key)}
    if not possible:
        return {}
    found = type_.resolve_nodes(info=info, node_ids=list(possible.values()), required=False)
    rows = async_to_sync(_awaited)(found) if inspect.isawaitable(found) else found
    return dict(zip(possible, rows, strict=True))


def _can_be_a_key(type_: Any, key: str) -> bool:
    """Whether the text can be the primary key of the type's model, where it has one and goes by it."""
    definition = get_django_definition(type_)
    if definition is None or type_.resolve_id_attr() != "pk":
        return True
    return to_primary_key(definition.model, key) is not None


async def _awaited(found: Any) -> Any:
    return await found
