"""System checks of the API's settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from gql_workflows import conf
from gql_workflows.conf.options import API
from gql_workflows.documents.trusted import read_manifest
from gql_workflows.permissions import policy_class


@register()
def check_options(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every option is known, of the right form, and names what is there."""
    if not isinstance(API.given(), Mapping):  # told as E020
        return []
    return [*API.unknown("gql_workflows.W001"), *([*API.wrong("gql_workflows")] or [*_policy(), *_examples()])]


def _policy() -> Iterator[CheckMessage]:
    if policy_class() is None:
        yield Error(
            "GQL_WORKFLOWS['ACCESS_POLICY'] names no policy: nobody sees or may do anything.",
            hint="Write the dotted path of a subclass of gql_workflows.permissions.AccessPolicy.",
            id="gql_workflows.E003",
        )


def _examples() -> Iterator[CheckMessage]:
    path = conf.graphiql_examples()
    try:
        usable = callable(import_string(path))
    except ImportError:
        usable = False
    if not usable:
        yield Error(
            f"GQL_WORKFLOWS['GRAPHIQL_EXAMPLES'] is {path!r}, which names no function.",
            hint="Write the dotted path of a function that gives examples, or leave it out.",
            id="gql_workflows.E004",
        )


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
