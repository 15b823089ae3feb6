"""Whether a condition holds for an object: in Python, on the row as it is locked, with a database's meaning of NULL."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, prefetch_related_objects
from django.utils.translation import gettext as _

from django_workflow_engine.choices import ComparisonOperator as Operator
from django_workflow_engine.conditions.comparing import Incomparable, literal_of
from django_workflow_engine.conditions.fields import ConditionField, fields_of
from django_workflow_engine.conditions.free import free_value
from django_workflow_engine.definitions.conditions.expressions import (
    All,
    AnyOf,
    Comparison,
    Expression,
    Not,
    as_input,
    comparisons,
)
from django_workflow_engine.definitions.conditions.reading import is_free
from django_workflow_engine.definitions.conditions.words import in_words
from django_workflow_engine.i18n import isolated

Json = Mapping[str, Any]
LONGEST_SEEN: Final = 500  # characters of a value that an event keeps


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What conditions look at: the object, None where it is gone, the attachment's metadata, and the forms of its run.

    `form` gives what was filled in, by key, and is called only where a condition looks at it.
    """

    target: Model | None
    metadata: Any
    form: Callable[[], Json]

    @cached_property
    def fields(self) -> Mapping[str, ConditionField]:
        """What may be looked at of the object."""
        return {} if self.target is None else fields_of(type(self.target))

    def value_of(self, name: str) -> Any:
        """The value of one of the fields."""
        return None if self.target is None else self.fields[name].value_in(self.target)

    def free_value(self, name: str) -> Any:
        """The value of `metadata.KEY` or `form.KEY`; None where there is none."""
        where, _dot, key = name.partition(".")
        if where == "metadata":
            return self.metadata.get(key) if isinstance(self.metadata, Mapping) else None
        return self.form().get(key)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a condition came to: `verdict` is None where a missing value leaves it open.

    `values` are those that were seen, by field, as JSON holds them. `problems` says of a field why it could not be
    looked at, such as one that the model does not have any more.
    """

    expression: Expression
    verdict: bool | None
    values: Json
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_asked(self) -> bool:
        """Whether what has the condition is asked: everything that is not known is."""
        return self.verdict is not False

    @property
    def details(self) -> dict[str, Any]:
        """What an event keeps of it."""
        told: dict[str, Any] = {"condition": as_input(self.expression), "values": dict(self.values)}
        return {**told, "problems": dict(self.problems)} if self.problems else told

    def because(self, named: Callable[[str], str] = str) -> str:
        """The condition in words, with the values that it saw, in the active language."""
        seen = "; ".join(f"{isolated(named(name))}: {isolated(_shown(value))}" for name, value in self.values.items())
        told = [
            _VERDICTS[self.verdict]() % in_words(self.expression, named),
            seen and f"{seen}.",
            *self.problems.values(),
        ]
        return " ".join(filter(None, told))


_VERDICTS: Final[Mapping[bool | None, Callable[[], str]]] = {
    True: lambda: _("“%s” holds."),
    False: lambda: _("“%s” does not hold."),
    None: lambda: _("Whether “%s” holds is not known, so it is asked."),
}


def judge(expression: Expression, facts: Facts) -> Judgement:
    """Whether the condition holds for these facts; a comparison with a missing value is neither true nor false."""
    judge_ = _Judge(facts)
    verdict = judge_.verdict(expression)
    return Judgement(expression=expression, verdict=verdict, values=judge_.seen, problems=judge_.problems)


def read_ahead(conditions: Sequence[Expression], rows: Sequence[Any]) -> None:
    """Read what these conditions follow from rows of one model, for all of them together: a statement a relation."""
    fields = fields_of(type(rows[0])) if rows and conditions else {}
    named = {compared.field for condition in conditions for _path, compared in comparisons(condition)}
    followed = {field.follows for name, field in fields.items() if name in named} - {None}
    if followed:
        prefetch_related_objects([*rows], *sorted(filter(None, followed)))


class _Judge:
    """Walks one condition, and keeps what it has seen."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.seen: dict[str, Any] = {}
        self.problems: dict[str, str] = {}

    def verdict(self, expression: Expression) -> bool | None:
        """True, False, or None for unknown: SQL's AND, OR and NOT. Every part is looked at, for all that is seen."""
        match expression:
            case All():
                return all_of({self.verdict(part) for part in expression.parts})
            case AnyOf():
                return any_of({self.verdict(part) for part in expression.parts})
            case Not():
                return opposite(self.verdict(expression.part))
            case Comparison():
                return self._compared(expression)

    def _compared(self, compared: Comparison) -> bool | None:
        try:
            held = literal_of(compared, self._facts.fields)
        except Incomparable:  # the model has changed since the condition was stored
            self.problems[compared.field] = self._problem(compared.field)
            return None
        if is_free(compared.field):
            stored = self._facts.free_value(compared.field)
            self.seen[compared.field], value = _kept(stored), free_value(stored, compared.value)
        else:
            value = self._facts.value_of(compared.field)
            self.seen[compared.field] = _kept(value)
        return compare(compared.operator, value, held)

    def _problem(self, field: str) -> str:
        if self._facts.target is None:
            return _("The object is gone.")
        facts = {"model": self._facts.target._meta.label, "field": isolated(field)}
        return _("%(model)s has no field “%(field)s” that can be compared so.") % facts


def all_of(verdicts: Set[bool | None]) -> bool | None:
    """SQL's AND."""
    return False if False in verdicts else None if None in verdicts else True


def any_of(verdicts: Set[bool | None]) -> bool | None:
    """SQL's OR."""
    return True if True in verdicts else None if None in verdicts else False


def opposite(verdict: bool | None) -> bool | None:
    """SQL's NOT."""
    return None if verdict is None else not verdict


def compare(operator: Operator, value: Any, held: Any) -> bool | None:
    """One comparison; unknown where the value is missing, unless it is asked whether it is."""
    if operator in (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY):
        return (value is None or value == "") is (operator == Operator.IS_EMPTY)
    return None if value is None else bool(_COMPARED[operator](value, held))


_COMPARED: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    Operator.EQUAL: lambda value, held: value == held,
    Operator.NOT_EQUAL: lambda value, held: value != held,
    Operator.LESS: lambda value, held: value < held,
    Operator.LESS_OR_EQUAL: lambda value, held: value <= held,
    Operator.GREATER: lambda value, held: value > held,
    Operator.GREATER_OR_EQUAL: lambda value, held: value >= held,
    Operator.IN: lambda value, held: value in held,
    Operator.NOT_IN: lambda value, held: value not in held,
    Operator.CONTAINS: lambda value, held: held in value,
    Operator.STARTS_WITH: lambda value, held: value.startswith(held),
}


def _kept(value: Any) -> Any:
    """The value as an event keeps it: a number with its places, a date and its like as text; what is long is cut."""
    told = json.loads(json.dumps(value, cls=DjangoJSONEncoder))
    if isinstance(told, list | dict):  # it cannot be compared; that it was one is enough
        told = json.dumps(told, ensure_ascii=False)
    return told[:LONGEST_SEEN] if isinstance(told, str) else told


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("nothing") if value is None or value == "" else str(value)
