"""A condition as plain values: a tree of comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django_workflow_engine.choices import ComparisonOperator
from django_workflow_engine.errors import Path

Literal = str | int | float | bool | tuple["Literal", ...] | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One field held against a value: a tuple for IN and NOT_IN, None for IS_EMPTY and IS_NOT_EMPTY."""

    field: str
    operator: ComparisonOperator
    value: Literal = None


@dataclass(frozen=True, kw_only=True)
class All:
    """Holds where every part does."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """Holds where one part does."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, kw_only=True)
class Not:
    """Holds where its part does not."""

    part: Expression


Expression = All | AnyOf | Not | Comparison
EXPRESSIONS: Final = (All, AnyOf, Not, Comparison)

WITHOUT_VALUE: Final = frozenset({ComparisonOperator.IS_EMPTY, ComparisonOperator.IS_NOT_EMPTY})
WITH_LIST: Final = frozenset({ComparisonOperator.IN, ComparisonOperator.NOT_IN})


def as_json(expression: Expression) -> dict[str, Any]:
    """The form that an info object stores."""
    return _written(expression, lambda operator: str(operator.value))


def as_input(expression: Expression) -> dict[str, Any]:
    """The form that the API takes and gives: the same with the operators' names."""
    return _written(expression, lambda operator: operator.name)


def comparisons(expression: Expression, path: Path = ()) -> Iterator[tuple[Path, Comparison]]:
    """Every comparison in the tree with its path, in the order of the input."""
    match expression:
        case All():
            yield from _below(expression.parts, (*path, "all"))
        case AnyOf():
            yield from _below(expression.parts, (*path, "any"))
        case Not():
            yield from comparisons(expression.part, (*path, "not"))
        case Comparison():
            yield (*path, "compare"), expression


def _below(parts: tuple[Expression, ...], path: Path) -> Iterator[tuple[Path, Comparison]]:
    for index, part in enumerate(parts):
        yield from comparisons(part, (*path, str(index)))


def _written(expression: Expression, name_of: Any) -> dict[str, Any]:
    match expression:
        case All():
            return {"all": [_written(part, name_of) for part in expression.parts]}
        case AnyOf():
            return {"any": [_written(part, name_of) for part in expression.parts]}
        case Not():
            return {"not": _written(expression.part, name_of)}
        case Comparison():
            return {"compare": _comparison(expression, name_of)}


def _comparison(compared: Comparison, name_of: Any) -> dict[str, Any]:
    written = {"field": compared.field, "operator": name_of(compared.operator)}
    if compared.operator in WITHOUT_VALUE:
        return written
    return {**written, "value": list(compared.value) if isinstance(compared.value, tuple) else compared.value}
