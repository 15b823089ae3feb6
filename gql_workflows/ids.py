"""Global ids: the name of the type and the primary key, as Relay's clients expect."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from strawberry import relay

from django_workflow_engine.errors import NotFound
from django_workflow_engine.models.keys import to_primary_key
from gql_workflows import conf


def global_id(type_name: str, key: Any) -> str:
    """The global id of one row, whose type has this name without the project's prefix."""
    return relay.to_base64(conf.type_prefix() + type_name, str(key))


def split(value: str) -> tuple[str, str] | None:
    """The type's name without the project's prefix and the primary key as text, or None for no id of ours."""
    parts, prefix = named_in(value), conf.type_prefix()
    if parts is None or not parts[0].startswith(prefix):
        return None
    return parts[0].removeprefix(prefix), parts[1]


def named_in(value: str) -> tuple[str, str] | None:
    """The name of the type in the schema and the key in any global id, or None for what is none.

    An id has one spelling: Python's reader of base64 passes over letters that are none of it.
    """
    try:
        parts = relay.from_base64(value)
    except ValueError:
        return None
    return parts if relay.to_base64(*parts) == value else None


def key_in(value: str, type_name: str) -> str | None:
    """The primary key as text, or None unless this is the id of that type."""
    parts = split(value)
    return parts[1] if parts is not None and parts[0] == type_name else None


def row_key(value: str, type_name: str, model: type[Model]) -> Any:
    """The primary key as the model has it, or None for an id that can belong to no row of the type."""
    key = key_in(value, type_name)
    return None if key is None else to_primary_key(model, key)


def required_key(value: str, type_name: str, model: type[Model], *path: str) -> Any:
    """The primary key as the model has it; raises NotFound at the path for any other id."""
    key = row_key(value, type_name, model)
    if key is None:
        raise NotFound(_("There is no such row."), path=path)
    return key
