"""Primary keys that arrive as text or JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import BinaryField, CompositePrimaryKey, DecimalField, ForeignKey, Model
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.values import KEY_LENGTH
from django_workflow_engine.errors import Fault, Path

_BIGGEST: Final = 2**63 - 1
_NO_KEY: Final = (
    ArithmeticError,
    TypeError,
    ValidationError,
    ValueError,
)  # what fields raise for what they do not read


def key_faults(model: type[Model], path: Path) -> list[Fault]:
    """What keeps the rows of a model from being named by one text; empty where nothing does."""
    column = _column(model)
    if isinstance(column, CompositePrimaryKey):
        message = _("%s has a composite primary key: its rows cannot be named by one text.")
    elif isinstance(column, BinaryField):
        message = _("%s has a binary primary key: its rows cannot be named by a text.")
    else:
        return []
    return [Fault(code=ErrorCode.INVALID, message=message % model._meta.label, path=path)]


def to_primary_key(model: type[Model], value: Any) -> Any:
    """The value as the model's primary key, or None when no row can have it."""
    if isinstance(value, str) and (len(value) > KEY_LENGTH or "\x00" in value):
        return None
    try:
        key = model._meta.pk.to_python(value)
    except _NO_KEY:
        return None
    if isinstance(key, int) and (abs(key) > _BIGGEST or str(key) != str(value)):
        return None  # one row, one spelling: " 1", "01" and "+1" name nothing
    return key


def is_named(row: Model, text: str) -> bool:
    """Whether the row's key is this very text, and not one that the database takes for the same; numbers are as said.

    MySQL and MariaDB find the row “a” by “A” where its column ignores case; it may be another one than is meant.
    """
    return not isinstance(row.pk, str) or row.pk == text


def key_text(model: type[Model], key: Any) -> str:
    """A primary key as the text that names its row, however an instance that was never read again spells it."""
    try:
        return str(_as_read(_column(model), model._meta.pk.to_python(key)))
    except _NO_KEY:
        return str(key)


def _as_read(column: Any, key: Any) -> Any:
    """A key as the database gives it back: a Decimal with all its places, a moment in UTC."""
    if isinstance(column, DecimalField) and isinstance(key, Decimal) and key.is_finite():
        return round(key, column.decimal_places)
    return key.astimezone(UTC) if isinstance(key, datetime) and is_aware(key) else key


def _column(model: type[Model]) -> Any:
    """The column that holds the keys: where a key is another row's, that of the last row in the chain."""
    column: Any = model._meta.pk
    while isinstance(column, ForeignKey):
        column = column.target_field
    return column
