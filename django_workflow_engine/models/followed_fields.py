"""The fields of a business object that follow its run: what can be written there, judged when it is configured."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import router
from django.db.models import CharField, CheckConstraint, Field, Model, TextField
from django.utils.translation import gettext as _

from django_workflow_engine.definitions.readers import invalid
from django_workflow_engine.errors import Fault

FIELDS: Final = ("stage_field", "status_field")
VALUES: Final = (
    *("completion_status_value", "rejection_status_value"),
    *("changes_requested_status_value", "resubmission_status_value"),
)


def field_of(model: type[Model], name: str) -> Field[Any, Any] | None:
    """The model's own column of this name that may be written, or None."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if not isinstance(field, Field) or not field.concrete or field.many_to_many or field.primary_key:
        return None
    return field


def holds_text(field: Field[Any, Any]) -> bool:
    """Whether the name of a position can be stored in it."""
    return isinstance(field, CharField | TextField)


def unknown_field_faults(model: type[Model], values: Mapping[str, Any]) -> Iterator[Fault]:
    """The fields that the model does not have, or that take no name. They are done without: nothing is written then."""
    for name in FIELDS:
        field_name = values.get(name)
        field = field_of(model, field_name) if field_name else None
        facts = {"model": model._meta.label, "field": field_name}
        if field_name and field is None:
            yield invalid(_("%(model)s has no field “%(field)s” to write.") % facts, (name,))
        elif field is not None and name == "stage_field" and not holds_text(field):
            yield invalid(_("“%(field)s” of %(model)s holds no text.") % facts, (name,))


def writing_faults(model: type[Model], values: Mapping[str, Any], *, ask: bool = True) -> Iterator[Fault]:
    """What could never be written, so that no run of the model could go on; `ask` False asks the database nothing."""
    fields = {name: field_of(model, values[name]) for name in FIELDS if values.get(name)}
    for name, field in fields.items():
        problem = None if field is None else _field_problem(field, model)
        if field is not None and problem is not None:
            yield invalid(problem % {"model": model._meta.label, "field": field.name}, (name,))
    status = fields.get("status_field")
    if status is None or (status.is_relation and not ask):
        return
    for name in VALUES:
        problem = value_problem(status, values.get(name), ask=ask)
        if problem is not None:
            yield invalid(problem, (name,))


def value_problem(field: Field[Any, Any], value: Any, *, ask: bool = True) -> str | None:
    """Why the field does not take this value, or None; an empty value is none that is written.

    `ask` False leaves out the constraints of the model, which the database judges.
    """
    if not value:
        return None
    try:
        cleaned = field.clean(value, None)
    except ValidationError as error:
        return " ".join(error.messages)
    except (ValueError, TypeError):  # a field that reads what it stores, as BinaryField does
        return _("This value cannot be read.")
    return constraint_problem(field, cleaned) if ask else None


def constraint_problem(field: Field[Any, Any], value: Any) -> str | None:
    """Why a check constraint of the model, as far as it is about this field, does not take the value, or None."""
    model, others = field.model, {other.name for other in field.model._meta.fields} - {field.name} | {"pk"}
    checks: list[Any] = [found for found in model._meta.constraints if isinstance(found, CheckConstraint)]
    try:
        for check in checks:
            check.validate(model, model(**{field.attname: value}), exclude=others, using=router.db_for_write(model))
    except ValidationError as error:
        return " ".join(error.messages)
    return None


def arguments_of_save(field: Field[Any, Any], model: type[Model]) -> dict[str, Any] | None:
    """How `save()` of a row is called once this field was written; None where it demands what only the project knows.

    A `save()` of the project's own that takes no `update_fields` writes the whole row, which is locked and just read.
    """
    signature = inspect.signature(model.save)
    for arguments in ({"update_fields": [field.name]}, {}):
        with suppress(TypeError):
            signature.bind(None, **arguments)
            return arguments
    return None


def is_written_by_others(field: Field[Any, Any]) -> bool:
    """Whether nothing but a transition of a state machine (django-fsm), or the database itself, may write the field."""
    return bool(getattr(field, "protected", False) or getattr(field, "generated", False))


def _field_problem(field: Field[Any, Any], model: type[Model]) -> str | None:
    if is_written_by_others(field):
        return _("“%(field)s” of %(model)s is protected: it cannot be written directly.")
    if _is_unique(field):
        return _("“%(field)s” of %(model)s is unique: two objects could not be at the same place.")
    if arguments_of_save(field, model) is None:
        return _("“%(field)s” of %(model)s cannot be written: save() of the model demands arguments of its own.")
    return None


def _is_unique(field: Field[Any, Any]) -> bool:
    """Whether no two rows may hold the same, by the field's own word or by its model's."""
    options = field.model._meta
    together = [*options.unique_together, *(constraint.fields for constraint in options.total_unique_constraints)]
    return field.unique or (field.name,) in map(tuple, together)
