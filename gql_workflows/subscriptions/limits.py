"""The limits of subscriptions, judged at start-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from django_workflow_engine.shapes import is_positive
from gql_workflows import conf


@register()
def check_limits(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every limit is a number above 0."""
    written = conf.given().get("SUBSCRIPTIONS", {}) if isinstance(conf.given(), Mapping) else {}
    names = [field.name.upper() for field in fields(conf.Subscriptions)]
    hint = f"It is a dict of numbers above 0 under some of: {', '.join(names)}."
    unknown = [name for name in written if name not in names] if isinstance(written, Mapping) else [written]
    if unknown:
        message = f"GQL_WORKFLOWS['SUBSCRIPTIONS'] cannot be used: {unknown[0]!r}"
        return [Error(message, hint=hint, id="gql_workflows.E010")]
    return [
        Error(f"GQL_WORKFLOWS['SUBSCRIPTIONS']['{name}'] is no number above 0.", hint=hint, id="gql_workflows.E011")
        for name, value in written.items()
        if not is_positive(value)
    ]


@register()
def check_authentication(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every function of AUTHENTICATION can be imported."""
    found: list[CheckMessage] = []
    for path in conf.authentication():
        try:
            import_string(path)
        except ImportError as error:
            hint = "Write dotted paths of functions that take a request and give a user or None."
            found.append(Error(f"GQL_WORKFLOWS['AUTHENTICATION']: {error}", hint=hint, id="gql_workflows.E012"))
    return found
