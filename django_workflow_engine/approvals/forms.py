"""The forms that steps require: rows of APPROVAL_DYNAMIC_FORM_MODEL, with a JSON Schema or without."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.approvals.form_faults import message_of
from django_workflow_engine.choices import ErrorCode, StepType
from django_workflow_engine.definitions.json_schema import OutOfSteps, SchemaRefused, first_errors, problem_of
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
    form is gone or its schema cannot be used, and FormDataInvalid with the first faults and their paths when the data
    does not fit a JSON Schema.
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
    """A schema that is no JSON Schema is the client's own matter; one that cannot be used is refused."""
    try:
        errors = first_errors(schema, form_data)
    except SchemaRefused as refused:
        raise WorkflowIncomplete(unusable(refused), path=(_PATH,)) from refused
    except OutOfSteps as error:
        message = _("This is too much to be checked against its form.")
        raise FormDataInvalid([Fault(code=ErrorCode.FORM_DATA_INVALID, message=message, path=(_PATH,))]) from error
    if errors:
        raise FormDataInvalid(dict.fromkeys(_fault(error) for error in errors))


def form_problems(keys: Iterable[Any]) -> dict[Any, str]:
    """Why no data can be checked against the forms that some of these keys name, by key; one statement, or none."""
    model = conf.form_model()
    parsed = {} if model is None else {key: to_primary_key(model, key) for key in keys}
    named = {*parsed.values()} - {None}
    forms = model._default_manager.in_bulk(named) if model is not None and named else {}
    problems = {primary_key: schema_problem(schema_of(form)) for primary_key, form in forms.items()}
    found = {key: problems.get(primary_key) for key, primary_key in parsed.items()}
    return {key: problem for key, problem in found.items() if problem is not None}


def schema_problem(schema: Any) -> str | None:
    """Why no data can be checked against a schema, or None."""
    refused = problem_of(schema)
    return None if refused is None else unusable(refused)


def unusable(refused: SchemaRefused) -> str:
    """The sentence that says why a schema is refused."""
    return _("The form's schema cannot be used: %s.") % refused


def _fault(error: Any) -> Fault:
    path = (_PATH, *(str(part) for part in error.absolute_path))
    return Fault(code=ErrorCode.FORM_DATA_INVALID, message=message_of(error), path=path)
