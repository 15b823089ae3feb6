"""The forms that steps require: rows of APPROVAL_DYNAMIC_FORM_MODEL, with a JSON Schema or without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

from django_workflow_engine import conf
from django_workflow_engine.approvals.form_faults import message_of
from django_workflow_engine.choices import ErrorCode, StepType
from django_workflow_engine.definitions.values import json_problem
from django_workflow_engine.errors import (
    Fault,
    FormDataInvalid,
    FormDataRequired,
    FormNotAccepted,
    InvalidInput,
    WorkflowIncomplete,
)
from django_workflow_engine.models.keys import to_primary_key

_PATH = "form_data"


def find_form(key: Any) -> Any:
    """The form with this primary key, or None."""
    model = conf.form_model()
    parsed = None if model is None else to_primary_key(model, key)
    return None if model is None or parsed is None else model._default_manager.filter(pk=parsed).first()


def schema_of(form: Any) -> Any:
    """The form's schema as stored, from the field that the settings name, else `schema` or `form_schema`."""
    for name in conf.form_schema_fields():
        if hasattr(form, name):
            return getattr(form, name)
    return None


def check_form_data(*, step_type: str, form_key: Any, form_data: Any) -> None:
    """Raise unless the data is what a step of this type with this form takes.

    Raises FormNotAccepted, FormDataRequired, InvalidInput for what is no JSON object, WorkflowIncomplete when the
    form is gone, and FormDataInvalid with every fault and its path when the data does not fit a JSON Schema.
    """
    if step_type == StepType.MOVE and form_data is not None:
        raise FormNotAccepted(_("This step takes no form data."), path=(_PATH,))
    if form_data is not None:
        _check_is_object(form_data)
    if form_key is None:
        return
    if not form_data:
        raise FormDataRequired(_("This step needs the data of its form."), path=(_PATH,))
    form = find_form(form_key)
    if form is None:
        raise WorkflowIncomplete(_("The form of this step does not exist any more."), path=(_PATH,))
    _check_against(schema_of(form), form_data)


def _check_is_object(form_data: Any) -> None:
    if not isinstance(form_data, Mapping):
        raise InvalidInput(_("Form data must be a JSON object."), path=(_PATH,))
    problem = json_problem(form_data)
    if problem is not None:
        raise InvalidInput(problem, path=(_PATH,))


def _check_against(schema: Any, form_data: Any) -> None:
    """A schema that is no JSON Schema is the client's own matter; a remote reference is never followed."""
    if not isinstance(schema, dict):
        return
    validator = validator_for(schema, default=Draft202012Validator)
    try:
        validator.check_schema(schema)
    except SchemaError:
        return
    try:
        errors = sorted(
            validator(schema, registry=Registry()).iter_errors(form_data), key=lambda error: error.json_path
        )
    except Unresolvable as error:
        message = _("The form's schema refers to something outside of it.")
        raise WorkflowIncomplete(message, path=(_PATH,)) from error
    if errors:
        raise FormDataInvalid(dict.fromkeys(_fault(error) for error in errors))  # one for all that is missing


def _fault(error: Any) -> Fault:
    path = (_PATH, *(str(part) for part in error.absolute_path))
    return Fault(code=ErrorCode.FORM_DATA_INVALID, message=message_of(error), path=path)
