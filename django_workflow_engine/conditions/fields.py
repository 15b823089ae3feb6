"""The allow-list: which fields of a model a condition may look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.db.models import Field, ForeignKey, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.choices import ComparisonOperator, ConditionFieldType
from django_workflow_engine.conditions.kinds import KINDS
from django_workflow_engine.models.keys import to_primary_key

_NEVER: Final = frozenset({"password"})  # a comparison would tell it, letter by letter
_TYPES: Final = (  # the first that fits: a moment in time is a date, too
    (models.BooleanField, ConditionFieldType.BOOLEAN),
    (models.IntegerField, ConditionFieldType.INTEGER),
    (models.DecimalField, ConditionFieldType.DECIMAL),
    (models.FloatField, ConditionFieldType.DECIMAL),
    (models.DateTimeField, ConditionFieldType.DATETIME),
    (models.DateField, ConditionFieldType.DATE),
    (models.CharField, ConditionFieldType.TEXT),
    (models.TextField, ConditionFieldType.TEXT),
)


@dataclass(frozen=True, kw_only=True)
class ConditionField:
    """A field that a condition may look at: its name in conditions, and the columns on the way to its value."""

    field: str
    type: ConditionFieldType
    columns: tuple[Field[Any, Any], ...]

    @property
    def label(self) -> str:
        """What people call it, in the active language."""
        return capfirst(" > ".join(str(column.verbose_name) for column in self.columns))

    @property
    def operators(self) -> Sequence[ComparisonOperator]:
        """How it can be compared."""
        return KINDS[self.type].operators

    @property
    def choices(self) -> Sequence[tuple[Any, str]]:
        """The values of a CHOICE with their labels; nothing of others."""
        if self.type != ConditionFieldType.CHOICE:
            return ()
        return [(value, str(label)) for value, label in self._output.flatchoices if value not in (None, "")]

    @property
    def follows(self) -> str | None:
        """The relations on the way to the value, as a lookup of Django's; None where there are none."""
        return "__".join(column.name for column in self.columns[:-1]) or None

    def literal(self, value: Any) -> Any:
        """A value of a condition as it is compared; raises ValueError with a sentence for what cannot be."""
        read = KINDS[self.type].read(value)
        if self.type == ConditionFieldType.CHOICE and read not in [one for one, _label in self.choices]:
            raise ValueError(_("This is none of the field's values."))
        if self.type == ConditionFieldType.REFERENCE:
            return self._key(read)
        return read

    def value_in(self, row: Model) -> Any:
        """The value that a row has, as it is compared; None where there is none, or a row on the way is missing."""
        at: Any = row
        for column in self.columns[:-1]:
            at = _related(at, column)
            if at is None:
                return None
        last = self.columns[-1]
        if not isinstance(last, ForeignKey):
            return KINDS[self.type].value(getattr(at, last.attname))
        is_key = last.target_field.primary_key
        key = getattr(at, last.attname) if is_key else getattr(_related(at, last), "pk", None)
        return None if key is None else str(key)

    @property
    def _output(self) -> Any:
        last: Any = self.columns[-1]
        return last.output_field if isinstance(last, models.GeneratedField) else last

    def _key(self, value: str) -> str:
        named: Any = self.columns[-1].related_model
        key = to_primary_key(named, value)
        if key is None:
            raise ValueError(_("This must be a primary key."))
        return str(key)


def fields_of(model: type[Model]) -> Mapping[str, ConditionField]:
    """Everything that a condition may look at of rows of this model, by name; no statement.

    That is its own plain fields, and what the setting CONDITION_FIELDS names. `metadata.KEY` and `form.KEY` stand for
    themselves.
    """
    return _fields(model, tuple(conf.condition_fields(model)))


def read_path(model: type[Model], path: str) -> ConditionField | None:
    """The field at the end of a path such as `requester.department.code`; None where none can be looked at there."""
    columns: list[Any] = []
    at: Any = model
    for name in path.split("."):
        column = None if at is None else _column(at, name)
        if column is None:
            return None
        columns.append(column)
        at = column.related_model
    found = _type_of(columns[-1])
    if found is None or columns[-1].name in _NEVER:
        return None
    return ConditionField(field=path, type=found, columns=tuple(columns))


@cache
def _fields(model: type[Model], further: tuple[str, ...]) -> Mapping[str, ConditionField]:
    own = [read_path(model, name) for name in _plain(model)]
    named = [read_path(model, path) for path in further]
    return {field.field: field for field in (*own, *named) if field is not None}


def _plain(model: type[Model]) -> Iterator[str]:
    """The model's own columns but its key, relations, and what no condition compares."""
    for column in model._meta.concrete_fields:
        if not column.primary_key and not column.is_relation:
            yield column.name


def _column(model: type[Model], name: str) -> Any:
    """The model's column of this name, a foreign key among them; None for anything else."""
    try:
        column = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return column if isinstance(column, Field) and column.concrete and not column.many_to_many else None


def _type_of(column: Any) -> ConditionFieldType | None:
    if isinstance(column, models.GeneratedField):
        column = column.output_field
    if isinstance(column, ForeignKey):
        return ConditionFieldType.REFERENCE
    found = next((named for kind, named in _TYPES if isinstance(column, kind)), None)
    with_choices = (ConditionFieldType.TEXT, ConditionFieldType.INTEGER)
    return ConditionFieldType.CHOICE if found in with_choices and column.choices else found


def _related(row: Any, column: Any) -> Any:
    """The row that a foreign key names; None where it names none, or one that is gone."""
    try:
        return getattr(row, column.name)
    except ObjectDoesNotExist:
        return None
