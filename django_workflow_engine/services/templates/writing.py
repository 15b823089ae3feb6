"""Writing single rows of a template: through `save()` and `delete()`, whose refusals become the engine's errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.db.models.deletion import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.building import info_with
from django_workflow_engine.definitions.declared import Home, stored_in
from django_workflow_engine.errors import Fault, InUse, InvalidDefinition
from django_workflow_engine.i18n import isolated


def write(row: Model, values: Mapping[str, Any]) -> None:
    """Store these values of a row, and only these; all of them when the row is new."""
    for name, value in values.items():
        setattr(row, name, value)
    if row._state.adding or values:
        _save(row, None if row._state.adding else [*values])


def delete(row: Model) -> None:
    """Delete a row with all below it; raises InUse when something else still needs one of them."""
    try:
        row.delete()
    except (ProtectedError, RestrictedError) as error:
        raise InUse(_("“%s” is still in use.") % isolated(row), path=("id",)) from error


def columns_of(values: Mapping[str, Any], spec: type[Any], row: Model, info: str) -> dict[str, Any]:
    """The values as columns of the row: what the spec keeps in the info object is put into what that column holds."""
    inside = stored_in(spec, Home.INFO)
    columns = {name: value for name, value in values.items() if name not in inside}
    return {**columns, info: info_with(getattr(row, info), values, spec)}


def _save(row: Model, fields: list[str] | None) -> None:
    try:
        row.save(update_fields=fields)
    except ValidationError as error:
        raise InvalidDefinition(faults_of(error)) from error


def faults_of(error: ValidationError) -> list[Fault]:
    """What `save()` refused, as faults: their codes, and the paths that the rules gave them."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    return [_fault(field, one) for field, errors in by_field.items() for one in errors]


def _fault(field: str, error: ValidationError) -> Fault:
    params = error.params or {}
    code = ErrorCode(error.code) if error.code in ErrorCode.values else ErrorCode.INVALID
    path = params.get("path") or ((field,) if field else ())
    return Fault(code=code, message=params.get("message") or error.messages[0], path=path)
