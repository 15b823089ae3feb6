"""Validators for the models of projects."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from django_workflow_engine.approvals.forms import schema_problem
from django_workflow_engine.choices import ErrorCode


def validate_form_schema(schema: Any) -> None:
    """Raise ValidationError for a JSON Schema that no step could use; what is no JSON Schema is left alone.

    For the field of a form that holds its schema: `models.JSONField(validators=[validate_form_schema])`.
    """
    problem = schema_problem(schema)
    if problem is not None:
        raise ValidationError(problem, code=ErrorCode.INVALID.value)
