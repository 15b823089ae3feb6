"""Forms, which approvals and steps name by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from django_workflow_engine import conf
from django_workflow_engine.approvals.forms import schema_of
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.objects import text_of


@dataclass(frozen=True, kw_only=True)
class FoundForm:
    """A form's primary key as text, its own text and its schema; {} where it has none."""

    key: str
    name: str
    schema: Any


def forms(context: Any, keys: Sequence[Any]) -> dict[Any, FoundForm]:
    """Forms by the keys as given; one statement."""
    model = conf.form_model()
    if model is None:
        return {}
    wanted = {key: to_primary_key(model, key) for key in keys}
    rows = model._default_manager.in_bulk({key for key in wanted.values() if key is not None})
    return {given: found_form(rows[key]) for given, key in wanted.items() if key in rows}


def found_form(row: Model) -> FoundForm:
    """What clients are shown of a form."""
    schema = schema_of(row)
    return FoundForm(key=str(row.pk), name=text_of(row), schema={} if schema is None else schema)
