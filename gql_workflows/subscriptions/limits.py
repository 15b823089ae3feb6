"""The limits of subscriptions, judged at start-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from gql_workflows import conf


@register()
def check_limits(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every limit is a number above 0."""
    try:
        limits = vars(conf.subscriptions())
    except (TypeError, AttributeError) as error:
        names = ", ".join(field.name.upper() for field in fields(conf.Subscriptions))
        message = f"GQL_WORKFLOWS['SUBSCRIPTIONS'] cannot be used: {error}"
        return [Error(message, hint=f"It is a dict of some of: {names}.", id="gql_workflows.E010")]
    return [
        Error(f"GQL_WORKFLOWS['SUBSCRIPTIONS']['{name.upper()}'] is no number above 0.", id="gql_workflows.E011")
        for name, value in limits.items()
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0
    ]


@register()
def check_authentication(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every function of AUTHENTICATION can be imported."""
    found: list[CheckMessage] = []
    for path in conf.authentication():
        try:
            import_string(path)
        except ImportError as error:
            found.append(Error(f"GQL_WORKFLOWS['AUTHENTICATION']: {error}", id="gql_workflows.E012"))
    return found
