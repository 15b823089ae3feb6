"""A condition as a sentence in the active language."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from django.utils.translation import gettext as _

from django_workflow_engine.definitions.conditions.expressions import (
    WITHOUT_VALUE,
    All,
    AnyOf,
    Comparison,
    Expression,
    Literal,
)
from django_workflow_engine.i18n import isolated

FieldNames = Callable[[str], str]  # what people call a field, by its name in the condition


def in_words(expression: Expression, named: FieldNames = str) -> str:
    """The sentence; `named` gives what people call a field."""
    match expression:
        case All():
            parts = [_inside(part, named) for part in expression.parts]
            return reduce(lambda left, right: _("%(left)s and %(right)s") % {"left": left, "right": right}, parts)
        case AnyOf():
            parts = [_inside(part, named) for part in expression.parts]
            return reduce(lambda left, right: _("%(left)s or %(right)s") % {"left": left, "right": right}, parts)
        case Comparison():
            return _compared(expression, named)
    return _("not (%s)") % in_words(expression.part, named)


def _inside(part: Expression, named: FieldNames) -> str:
    """A part of a longer sentence: what is a sentence of several parts itself stands in brackets."""
    told = in_words(part, named)
    return f"({told})" if isinstance(part, All | AnyOf) and len(part.parts) > 1 else told


def _compared(compared: Comparison, named: FieldNames) -> str:
    told = [isolated(named(compared.field)), str(compared.operator.label)]
    return " ".join(told if compared.operator in WITHOUT_VALUE else [*told, _told(compared.value)])


def _told(value: Literal) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_told, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return isolated(value)
