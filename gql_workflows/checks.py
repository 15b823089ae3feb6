"""System checks of the API's settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from gql_workflows import conf
from gql_workflows.trusted_documents import read_manifest


@register()
def check_trusted_documents(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The manifest is there and has the form of one."""
    try:
        path = conf.trusted_documents()
        if path is not None:
            read_manifest(path)
    except (ImproperlyConfigured, TypeError) as error:
        return [
            Error(
                f"GQL_WORKFLOWS['TRUSTED_DOCUMENTS'] cannot be used: {error}",
                hint="Name the JSON file that `manage.py trusted_documents` or the client's generator wrote.",
                id="gql_workflows.E001",
            )
        ]
    return []
