"""Whether a condition could hold for any row at all.

Between two values that a condition names, every value of a field is judged alike. So it is enough to try the named
ones and one of each gap: the verdicts of a condition are all found among these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from math import prod
from typing import Any, Final

from django.db.models import Model
from django.utils import timezone

from django_workflow_engine.choices import ComparisonOperator as Operator
from django_workflow_engine.choices import ConditionFieldType as Type
from django_workflow_engine.conditions.comparing import Incomparable, literal_of
from django_workflow_engine.conditions.fields import ConditionField, fields_of
from django_workflow_engine.conditions.judging import all_of, any_of, compare, opposite
from django_workflow_engine.definitions.conditions.expressions import (
    All,
    AnyOf,
    Comparison,
    Expression,
    Not,
    comparisons,
)
from django_workflow_engine.definitions.conditions.reading import is_free

# Combinations of values; a condition that has more is taken for one that can hold.
MOST: Final = 200
_WITHIN: Final = (Operator.CONTAINS, Operator.STARTS_WITH)
_OTHER: Final = "\N{REPLACEMENT CHARACTER} another"


_Judge = Callable[[Mapping[str, Any]], bool | None]


class _Unknown(Exception):
    """Whether it could hold is not found out by trying."""


def may_be_asked(expression: Expression, models: Sequence[type[Model]]) -> bool:
    """Whether what has the condition could be asked for a row of one of these models; no statement.

    True where that cannot be found out: for metadata and forms, parts of texts, fields that none of the models has, and
    very many values. A value that may be missing lets it be asked.
    """
    fitting = [fields for fields in map(fields_of, models) if _fits(expression, fields)]
    return not fitting or any(_may_be_asked(expression, fields) for fields in fitting)


def _fits(expression: Expression, fields: Mapping[str, ConditionField]) -> bool:
    try:
        for _path, compared in comparisons(expression):
            literal_of(compared, fields)
    except Incomparable:
        return False
    return True


def _may_be_asked(expression: Expression, fields: Mapping[str, ConditionField]) -> bool:
    try:
        tried = _tried(expression, fields)
    except _Unknown:
        return True
    holds = _judge_of(expression, fields)
    combinations = (dict(zip(tried, values, strict=True)) for values in product(*tried.values()))
    return any(holds(values) is not False for values in combinations)


def _judge_of(expression: Expression, fields: Mapping[str, ConditionField]) -> _Judge:
    """The condition as a function of its fields' values: it is asked many times."""
    match expression:
        case All():
            parts = [_judge_of(part, fields) for part in expression.parts]
            return lambda values: all_of({part(values) for part in parts})
        case AnyOf():
            parts = [_judge_of(part, fields) for part in expression.parts]
            return lambda values: any_of({part(values) for part in parts})
        case Not():
            inside = _judge_of(expression.part, fields)
            return lambda values: opposite(inside(values))
        case Comparison():
            name, operator, held = expression.field, expression.operator, literal_of(expression, fields)
            return lambda values: compare(operator, values[name], held)


def _tried(expression: Expression, fields: Mapping[str, ConditionField]) -> dict[str, list[Any]]:
    """The values to try of each field; raises _Unknown."""
    named: dict[str, set[Any]] = defaultdict(set)
    for _path, compared in comparisons(expression):
        if is_free(compared.field) or compared.operator in _WITHIN:
            raise _Unknown
        literal = literal_of(compared, fields)
        named[compared.field].update(literal if isinstance(literal, list) else [] if literal is None else [literal])
    tried = {name: _values_of(fields[name], sorted(literals)) for name, literals in named.items()}
    if prod(map(len, tried.values())) > MOST:
        raise _Unknown
    return tried


def _values_of(field: ConditionField, named: list[Any]) -> list[Any]:
    if field.type == Type.BOOLEAN:
        values: list[Any] = [True, False]
    elif field.type == Type.CHOICE:
        values = [value for value, _label in field.choices]
    elif field.type in (Type.TEXT, Type.REFERENCE):
        values = [*named, _OTHER]
    else:
        values = [*_with_gaps(named or [_SOME[field.type]()], field.type)]
    return [*values, *_nothing(field)]


def _nothing(field: ConditionField) -> list[Any]:
    """No value, where the field may have none."""
    if any(column.null for column in field.columns):
        return [None]
    last = field.columns[-1]
    return [""] if last.blank and last.empty_strings_allowed else []


_SOME: Final = {
    Type.INTEGER: lambda: 0,
    Type.DECIMAL: lambda: Decimal(0),
    Type.DATE: lambda: date(2000, 1, 1),
    Type.DATETIME: timezone.now,
}
_NEXT: Final = {
    Type.INTEGER: 1,
    Type.DECIMAL: Decimal(1),
    Type.DATE: timedelta(days=1),
    Type.DATETIME: timedelta(microseconds=1),
}


def _with_gaps(named: Sequence[Any], kind: Type) -> Iterable[Any]:
    """The values, one before the first, one behind the last, and one in each gap that has one."""
    step: Any = _NEXT[kind]
    yield from named
    yield from _safely(named[0], -step)
    yield from _safely(named[-1], step)
    for low, high in pairwise(named):
        if kind == Type.DECIMAL:
            yield (low + high) / 2
        elif low + step < high:
            yield low + step


def _safely(value: Any, step: Any) -> list[Any]:
    """The neighbour of a value; none beyond the end of the calendar."""
    try:
        return [value + step]
    except OverflowError:
        return []
