"""Reading a condition's JSON: its shape, within bounds. Whether its fields exist is looked up later."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from django_workflow_engine.choices import ComparisonOperator, ErrorCode
from django_workflow_engine.definitions.conditions.expressions import (
    EXPRESSIONS,
    WITH_LIST,
    WITHOUT_VALUE,
    All,
    AnyOf,
    Comparison,
    Expression,
    Literal,
    Not,
    as_json,
)
from django_workflow_engine.definitions.named_choices import find_choice
from django_workflow_engine.definitions.values import shown, unstorable
from django_workflow_engine.errors import Fault, Path

MAX_DEPTH: Final = 10  # levels of `all`, `any` and `not` inside of each other
MAX_PARTS: Final = 200  # nodes of one condition
MAX_VALUES: Final = 100  # values of one list
MAX_FIELD: Final = 255  # characters of a field's name
MAX_TEXT: Final = 1_000  # characters of a text to compare with
MAX_INTEGER: Final = 2**63 - 1  # what every database and every JSON parser of clients' languages can hold

FORM: Final = "form."
FREE: Final = ("metadata", "form")  # what is given in a run, by keys that nobody declares
_NAME: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_OPERATIONS: Final = ("all", "any", "not", "compare")
_WRITTEN: Final = (Decimal, UUID, date)  # whose text is exact; a moment in time is a date, too


def read_condition(value: Any, path: Path, faults: list[Fault]) -> Expression | None:
    """The expression that a JSON object describes; None for none, and for one with faults.

    An object has exactly one of the keys `all`, `any`, `not` and `compare`.
    """
    if isinstance(value, EXPRESSIONS):
        value = as_json(value)
    if value is None:
        return None
    found: list[Fault] = []
    expression = _Reader(found).read(value, path, 1)
    faults += found
    return None if found else expression


class _Wrong(Exception):
    """A value that cannot be read, and where."""

    def __init__(self, message: str, path: Path, code: ErrorCode = ErrorCode.INVALID) -> None:
        super().__init__(message)
        self.fault = Fault(code=code, message=message, path=path)


def is_free(field: str) -> bool:
    """Whether the field is a key of the metadata or of a form: `metadata.KEY`, `form.KEY`."""
    head, dot, key = field.partition(".")
    return bool(dot and key) and head in FREE


@dataclass
class _Reader:
    """Reads one condition; each part that is wrong is told, and nothing beyond the first limit is looked at."""

    faults: list[Fault]
    parts: int = 0

    def read(self, value: Any, path: Path, depth: int) -> Expression | None:
        """The expression; None, and a fault, for what is none."""
        try:
            return self._node(value, path, depth)
        except _Wrong as wrong:
            self.faults.append(wrong.fault)
            return None

    def _node(self, value: Any, path: Path, depth: int) -> Expression | None:
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise _Wrong(_("A condition has at most %d parts.") % MAX_PARTS, path)
        if depth > MAX_DEPTH:
            raise _Wrong(_("A condition is at most %d levels deep.") % MAX_DEPTH, path)
        operation = _operation(value, path)
        inside, where = value[operation], (*path, operation)
        if operation == "compare":
            return _comparison(inside, where)
        if operation == "not":
            part = self.read(inside, where, depth + 1)
            return None if part is None else Not(part=part)
        parts = self._parts(inside, where, depth + 1)
        return All(parts=parts) if operation == "all" else AnyOf(parts=parts)

    def _parts(self, values: Any, path: Path, depth: int) -> tuple[Expression, ...]:
        if not isinstance(values, list | tuple) or not values:
            raise _Wrong(_("This must be a list with at least one condition."), path)
        if len(values) > MAX_PARTS:
            raise _Wrong(_("A condition has at most %d parts.") % MAX_PARTS, path)
        parts = []
        for index, value in enumerate(values):
            if self.parts > MAX_PARTS:
                break
            parts.append(self.read(value, (*path, str(index)), depth))
        return tuple(part for part in parts if part is not None)


def _operation(value: Any, path: Path) -> str:
    """The one key of a node."""
    if not isinstance(value, Mapping):
        raise _Wrong(_("A condition must be a JSON object."), path)
    given = [key for key in value if value[key] is not None]
    if len(given) == 1 and given[0] in _OPERATIONS:
        return str(given[0])
    unknown = [shown(str(key)) for key in given if key not in _OPERATIONS]
    raise _Wrong(_("A condition has exactly one of all, any, not and compare."), (*path, *unknown[:1]))


def _comparison(value: Any, path: Path) -> Comparison:
    if not isinstance(value, Mapping):
        raise _Wrong(_("A comparison must be a JSON object."), path)
    unknown = [shown(str(key)) for key in value if key not in ("field", "operator", "value")]
    if unknown:
        raise _Wrong(_("A comparison has no key “%s”.") % unknown[0], (*path, unknown[0]))
    field = _field(value.get("field"), (*path, "field"))
    operator = _operator(value.get("operator"), (*path, "operator"))
    return Comparison(field=field, operator=operator, value=_value(operator, value.get("value"), (*path, "value")))


def _field(value: Any, path: Path) -> str:
    if value is None or value == "":
        raise _Wrong(_("A comparison must name its field."), path, ErrorCode.REQUIRED)
    if not isinstance(value, str) or len(value) > MAX_FIELD or unstorable(value) is not None:
        raise _Wrong(_("This must be the name of a field."), path)
    if not is_free(value) and ("__" in value or not _NAME.fullmatch(value)):
        raise _Wrong(_("“%s” is no field that a condition may look at.") % shown(value), path)
    return value


def _operator(value: Any, path: Path) -> ComparisonOperator:
    if value is None:
        raise _Wrong(_("A comparison must say how it compares."), path, ErrorCode.REQUIRED)
    found: ComparisonOperator | None = find_choice(ComparisonOperator, value)
    if found is None:
        facts = {"value": shown(value), "allowed": ", ".join(ComparisonOperator.names)}
        raise _Wrong(_("“%(value)s” is none of: %(allowed)s.") % facts, path)
    return found


def _value(operator: ComparisonOperator, value: Any, path: Path) -> Literal:
    if operator in WITHOUT_VALUE:
        if value is not None:
            raise _Wrong(_("This operator takes no value."), path)
        return None
    if value is None:
        raise _Wrong(_("This operator needs a value."), path, ErrorCode.REQUIRED)
    if operator not in WITH_LIST:
        return _literal(value, path)
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_VALUES:
        raise _Wrong(_("This operator needs a list of 1 to %d values.") % MAX_VALUES, path)
    return tuple(_literal(one, (*path, str(index))) for index, one in enumerate(value))


def _literal(value: Any, path: Path) -> Literal:
    """A text, a number, or yes or no; dates and their like are the text that JSON holds."""
    if isinstance(value, _WRITTEN):
        value = value.isoformat() if isinstance(value, date) else str(value)
    if isinstance(value, str):
        problem = (
            _("At most %d characters are allowed here.") % MAX_TEXT if len(value) > MAX_TEXT else unstorable(value)
        )
        if problem is not None:
            raise _Wrong(problem, path)
        return value
    if isinstance(value, bool):
        return value
    if not isinstance(value, int | float):
        raise _Wrong(_("This must be a text, a number, or yes or no."), path)
    if not (abs(value) <= MAX_INTEGER if isinstance(value, int) else isfinite(value)):
        raise _Wrong(_("This number is too large, or is none."), path)
    return value
