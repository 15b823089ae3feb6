"""JSON in forms: shown indented, and stored only where a database could hold it."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.fields import InvalidJSONInput
from django.utils.html import format_html
from django.utils.safestring import SafeString

from django_workflow_engine.definitions.values import json_problem


class DeepJSONField(forms.JSONField):
    """JSON that may be deeper than Python can read: refused then, as any other that is none."""

    def to_python(self, value: Any) -> Any:
        """The parsed value."""
        try:
            return super().to_python(value)
        except RecursionError:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": value}) from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What is shown again after a refusal."""
        try:
            return super().bound_data(data, initial)
        except RecursionError:
            return InvalidJSONInput(data)


class InfoField(DeepJSONField):
    """JSON as the engine stores it: shown indented, an empty object where nothing is written."""

    widget = forms.Textarea(attrs={"rows": 10, "class": "vLargeTextField", "dir": "ltr", "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        """The parsed value; refused where the database could not store it."""
        parsed = super().to_python(value)
        problem = None if isinstance(parsed, InvalidJSONInput) else json_problem(parsed)
        if problem is not None:
            raise ValidationError(problem, code="invalid")
        return {} if parsed is None else parsed

    def prepare_value(self, value: Any) -> str:
        """The text to edit."""
        return value if isinstance(value, InvalidJSONInput) else json.dumps(value, ensure_ascii=False, indent=2)


class OptionalJSONField(DeepJSONField):
    """The JSON of a condition or a deadline; an empty field is none."""

    widget = forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField", "dir": "ltr", "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        """The parsed value; None where nothing is written."""
        return super().to_python(value.strip() if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """The text to edit, indented."""
        if value is None or isinstance(value, InvalidJSONInput):
            return value or ""
        return json.dumps(value, ensure_ascii=False, indent=2)


def written(text: str) -> SafeString | str:
    """A text of a program to be read: from the left, in its own lines; nothing where it is empty."""
    return format_html('<pre dir="ltr">{}</pre>', text) if text else ""


JSON_OVERRIDE: Any = {models.JSONField: {"form_class": InfoField, "widget": InfoField.widget}}
