"""What can be compared, and how, for each type of field: exactly, as a database compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.timezone import is_aware, now
from django.utils.translation import gettext as _

from django_workflow_engine.choices import ComparisonOperator as Operator
from django_workflow_engine.choices import ConditionFieldType

_SAME: Final = (Operator.EQUAL, Operator.NOT_EQUAL, Operator.IN, Operator.NOT_IN)
_EMPTY: Final = (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY)
_ORDERED: Final = (Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL)
_WITHIN: Final = (Operator.CONTAINS, Operator.STARTS_WITH)
_MOST_DIGITS: Final = 100
_MOST_PLACES: Final = 400  # before or behind the point: a floating-point number has fewer


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One type: its operators, how a condition's value is read, and how a row's value is."""

    operators: tuple[Operator, ...]
    read: Callable[[Any], Any]  # raises ValueError with a sentence
    value: Callable[[Any], Any]  # None for what is no such value: it cannot be compared


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(_("This must be a text."))
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(_("This must be a whole number."))
    return value


def _decimal(value: Any) -> Decimal:
    """A number as JSON holds it, or its digits as a text: 0.1 is one tenth, and not the fraction next to it."""
    try:
        read = Decimal(value) if isinstance(value, str) else _number_in(value)
    except InvalidOperation:
        read = None
    if read is None or not read.is_finite():
        raise ValueError(_("This must be a number."))
    if abs(read.adjusted()) > _MOST_PLACES or len(read.as_tuple().digits) > _MOST_DIGITS:
        raise ValueError(_("This number has too many digits."))
    return read


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(_("This must be yes or no."))
    return value


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else _no_date()
    except ValueError:
        return _no_date()


def _no_date() -> date:
    raise ValueError(_("This must be a date, as 2026-01-31."))


def _datetime(value: Any) -> datetime:
    """A moment: with its distance from UTC where the project's times have a zone, without where they have none."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) and len(value) > 10 else None
    except ValueError:
        read = None
    if read is None or is_aware(read) is not _have_zones():
        if _have_zones():
            raise ValueError(_("This must be a date and time with its zone, as 2026-01-31T12:00:00+00:00."))
        raise ValueError(_("This must be a date and time without a zone, as 2026-01-31T12:00:00."))
    return read


def _have_zones() -> bool:
    """Whether the project's times have zones (USE_TZ)."""
    return is_aware(now())


def _choice(value: Any) -> str | int:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(_("This must be one of the field's values."))
    return value


def _reference(value: Any) -> str | int:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(_("This must be a primary key."))
    return value


def _only(*kinds: type[Any]) -> Callable[[Any], Any]:
    """The value where it is of one of these classes."""

    def value_of(value: Any) -> Any:
        return value if isinstance(value, kinds) else None

    return value_of


def _number_in(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    read = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return read if read.is_finite() else None


def _day_in(value: Any) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _moment_in(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) and is_aware(value) is _have_zones() else None


KINDS: Final[Mapping[ConditionFieldType, Kind]] = {
    ConditionFieldType.TEXT: Kind(operators=(*_SAME, *_WITHIN, *_EMPTY), read=_text, value=_only(str)),
    ConditionFieldType.INTEGER: Kind(operators=(*_SAME, *_ORDERED, *_EMPTY), read=_integer, value=_only(int)),
    ConditionFieldType.DECIMAL: Kind(operators=(*_SAME, *_ORDERED, *_EMPTY), read=_decimal, value=_number_in),
    ConditionFieldType.BOOLEAN: Kind(operators=(*_SAME, *_EMPTY), read=_boolean, value=_only(bool)),
    ConditionFieldType.DATE: Kind(operators=(*_SAME, *_ORDERED, *_EMPTY), read=_date, value=_day_in),
    ConditionFieldType.DATETIME: Kind(operators=(*_SAME, *_ORDERED, *_EMPTY), read=_datetime, value=_moment_in),
    ConditionFieldType.CHOICE: Kind(operators=(*_SAME, *_EMPTY), read=_choice, value=_only(str, int)),
    ConditionFieldType.REFERENCE: Kind(operators=(*_SAME, *_EMPTY), read=_reference, value=_only(str, int)),
}
