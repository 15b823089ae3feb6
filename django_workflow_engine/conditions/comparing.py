"""Whether a comparison fits the field that it looks at, and what its value is as that field's values are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.conditions import free
from django_workflow_engine.conditions.fields import ConditionField
from django_workflow_engine.conditions.kinds import KINDS
from django_workflow_engine.definitions.conditions.expressions import WITHOUT_VALUE, Comparison
from django_workflow_engine.definitions.conditions.reading import is_free
from django_workflow_engine.definitions.values import shown


class Incomparable(ValueError):
    """A comparison that cannot be made; `path` says of which of its values that is told."""

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.message, self.path = message, path


def literal_of(compared: Comparison, fields: Mapping[str, ConditionField]) -> Any:
    """What the field is held against: a list for IN and NOT_IN; raises Incomparable."""
    if is_free(compared.field):
        return _free_literal(compared)
    found = fields.get(compared.field)
    if found is None:
        message = _("“%s” is no field that a condition may look at.") % shown(compared.field)
        raise Incomparable(message, "field")
    if compared.operator not in found.operators:
        raise _wrong_operator(compared)
    return _each(compared, found.literal)


def _free_literal(compared: Comparison) -> Any:
    if compared.operator in WITHOUT_VALUE:
        return None
    kind = free.type_of(compared.value)
    if kind is None:
        raise Incomparable(_("These values must be of one type."), "value")
    if compared.operator not in KINDS[kind].operators:
        raise _wrong_operator(compared)
    return _each(compared, KINDS[kind].read)


def _wrong_operator(compared: Comparison) -> Incomparable:
    facts = {"field": shown(compared.field), "operator": compared.operator.name}
    return Incomparable(_("“%(field)s” cannot be compared by %(operator)s.") % facts, "operator")


def _each(compared: Comparison, read: Any) -> Any:
    if compared.operator in WITHOUT_VALUE:
        return None
    if not isinstance(compared.value, tuple):
        return _read(compared.value, read, "value")
    return [_read(one, read, "value", str(index)) for index, one in enumerate(compared.value)]


def _read(value: Any, read: Any, *path: str) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise Incomparable(str(error), *path) from error
