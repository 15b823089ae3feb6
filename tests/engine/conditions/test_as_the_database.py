"""A condition holds in Python for the rows for which the database says so, and is open where the database says NULL."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

import pytest
from django.db import connection
from django.db.models import Q

from django_workflow_engine.choices import ComparisonOperator as Operator
from django_workflow_engine.conditions.fields import fields_of
from django_workflow_engine.conditions.judging import Facts, judge
from django_workflow_engine.definitions.conditions.expressions import All, AnyOf, Comparison, Expression, Not
from tests.factories import UserFactory
from tests.testapp.models import Claim, Team

pytestmark = pytest.mark.django_db

# SQLite's and MariaDB's `contains` take no notice of case: their texts are of one case, and PostgreSQL's are of both.
TEXTS: Final = (
    ["", " ", "a", "ab", "b%", "b_", "\\", "é", "A", "aB", "É", "İ"]
    if connection.vendor == "postgresql"
    else [
        "",
        "a",
        "ab",
        "b%",
        "c_",
    ]
)
ZONES: Final = [UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))]
MOMENT: Final = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # the clocks of Europe go forward that night

POOLS: Final[Mapping[str, Sequence[Any]]] = {
    "note": TEXTS,
    "amount": [Decimal(text) for text in ("0", "0.01", "-0.01", "0.10", "99.99", "100", "9999999999.99")],
    "days": [-(2**31), -1, 0, 1, 2, 2**31 - 1],
    "ratio": [0.0, 0.1, 0.2, 0.1 + 0.2, 1e-300, -1.5],
    "urgent": [True, False],
    "due": [date(2026, 1, 31), date(2026, 2, 28), date(2024, 2, 29)],
    "seen_at": [MOMENT, MOMENT + timedelta(microseconds=1), MOMENT - timedelta(hours=1)],
    "kind": ["travel", "meal"],
    "level": [1, 2],
    "team.name": TEXTS[:3],
}
LOOKUPS: Final[Mapping[Operator, str]] = {
    Operator.EQUAL: "exact",
    Operator.LESS: "lt",
    Operator.LESS_OR_EQUAL: "lte",
    Operator.GREATER: "gt",
    Operator.GREATER_OR_EQUAL: "gte",
    Operator.IN: "in",
    Operator.CONTAINS: "contains",
    Operator.STARTS_WITH: "startswith",
}
OPPOSITES: Final = {
    Operator.NOT_EQUAL: Operator.EQUAL,
    Operator.NOT_IN: Operator.IN,
    Operator.IS_NOT_EMPTY: Operator.IS_EMPTY,
}


def written(value: Any, chance: random.Random) -> Any:
    """The value as a condition's JSON has it, in one of the ways in which it can be written."""
    if isinstance(value, datetime):
        return value.astimezone(chance.choice(ZONES)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return (
        chance.choice([str(value), float(value)])
        if isinstance(value, Decimal) and value < 1000
        else (str(value) if isinstance(value, Decimal) else value)
    )


def some_comparison(chance: random.Random, asked: dict[Comparison, Any]) -> Comparison:
    """A comparison, and in `asked` the same value as Python has it."""
    name = chance.choice([*POOLS])
    operator = chance.choice([*fields_of(Claim)[name].operators])
    pool = [value for value in POOLS[name] if name != "kind" or value]
    if operator in (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY):
        made, held = Comparison(field=name, operator=operator), None
    elif operator in (Operator.IN, Operator.NOT_IN):
        held = chance.sample(pool, chance.randint(1, len(pool)))
        made = Comparison(field=name, operator=operator, value=tuple(written(one, chance) for one in held))
    else:
        held = chance.choice(pool)
        made = Comparison(field=name, operator=operator, value=written(held, chance))
    asked[made] = held
    return made


def some_expression(chance: random.Random, asked: dict[Comparison, Any], depth: int = 3) -> Expression:
    kind = chance.choice(["compare", "all", "any", "not"]) if depth else "compare"
    if kind == "compare":
        return some_comparison(chance, asked)
    if kind == "not":
        return Not(part=some_expression(chance, asked, depth - 1))
    parts = tuple(some_expression(chance, asked, depth - 1) for _part in range(chance.randint(1, 3)))
    return All(parts=parts) if kind == "all" else AnyOf(parts=parts)


def rows_where(expression: Expression, asked: Mapping[Comparison, Any], *, holds: bool) -> Q:
    """The rows for which the expression is true, or (`holds` False) false; NULL is neither."""
    both: Callable[[Q, Q], Q] = (lambda left, right: left & right) if holds else (lambda left, right: left | right)
    either: Callable[[Q, Q], Q] = (lambda left, right: left | right) if holds else (lambda left, right: left & right)
    match expression:
        case All():
            return joined(both, [rows_where(part, asked, holds=holds) for part in expression.parts])
        case AnyOf():
            return joined(either, [rows_where(part, asked, holds=holds) for part in expression.parts])
        case Not():
            return rows_where(expression.part, asked, holds=not holds)
    return compared(expression, asked[expression], holds=holds)


def joined(how: Callable[[Q, Q], Q], parts: Sequence[Q]) -> Q:
    found = parts[0]
    for part in parts[1:]:
        found = how(found, part)
    return found


def compared(comparison: Comparison, held: Any, *, holds: bool) -> Q:
    name = comparison.field.replace(".", "__")
    operator, holds = (
        (OPPOSITES[comparison.operator], not holds)
        if comparison.operator in OPPOSITES
        else (comparison.operator, holds)
    )
    if operator == Operator.IS_EMPTY:
        texts = Q(**{name: ""}) if comparison.field in ("note", "kind", "team.name") else Q(pk__in=[])
        empty = Q(**{f"{name}__isnull": True}) | texts
        return empty if holds else ~empty
    told = Q(**{f"{name}__{LOOKUPS[operator]}": held})
    return told if holds else Q(**{f"{name}__isnull": False}) & ~told


@pytest.mark.parametrize("seed", range(2))
def test_it_holds_for_the_rows_that_the_database_finds(seed: int, settings: Any) -> None:
    chance, asked = random.Random(seed), {}
    teams = [Team.objects.create(name=name) for name in TEXTS[:3]] + [None]
    for _row in range(60):
        values = {
            name: chance.choice([*pool, None])
            for name, pool in POOLS.items()
            if "." not in name and chance.random() < 0.8
        }
        Claim.objects.create(**values, team=chance.choice(teams), created_by=chance.choice([None, UserFactory()]))
    rows = list(Claim.objects.order_by("pk"))
    for _expression in range(60):
        expression = some_expression(chance, asked)
        found = {row.pk: judge(expression, Facts(target=row, metadata={}, form=dict)).verdict for row in rows}
        for verdict in (True, False):
            expected = set(
                Claim.objects.filter(rows_where(expression, asked, holds=verdict)).values_list("pk", flat=True)
            )
            assert {pk for pk, came_to in found.items() if came_to is verdict} == expected, (expression, verdict)
