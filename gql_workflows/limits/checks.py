"""The limits of documents, judged at start-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from django_workflow_engine.shapes import is_count
from gql_workflows import conf


@register()
def check_limits(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every limit is a whole number above 0, under a name that is known."""
    given = getattr(settings, "GQL_WORKFLOWS", {})
    if not isinstance(given, Mapping):
        hint = "Write a dictionary of options, or leave it out."
        return [Error("GQL_WORKFLOWS is no dictionary.", hint=hint, id="gql_workflows.E020")]
    return list(_limits(given.get("LIMITS", {})))


def _limits(given: Any) -> Iterator[CheckMessage]:
    names = [field.name.upper() for field in fields(conf.Limits)]
    hint = f"Write a dictionary of whole numbers above 0 under some of these names: {', '.join(names)}."
    if not isinstance(given, Mapping):
        yield Error("GQL_WORKFLOWS['LIMITS'] is no dictionary.", hint=hint, id="gql_workflows.E021")
        return
    for name, value in given.items():
        if name not in names:
            yield Error(f"GQL_WORKFLOWS['LIMITS'] has no “{name}”.", hint=hint, id="gql_workflows.E021")
        elif not is_count(value):
            message = f"GQL_WORKFLOWS['LIMITS']['{name}'] is no whole number above 0."
            yield Error(message, hint=hint, id="gql_workflows.E022")
