"""System checks: settings that could not work are told at start-up, with an id and a hint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import FieldError, ImproperlyConfigured

from django_workflow_engine import conf
from django_workflow_engine.approvals.roles import role_lookup
from django_workflow_engine.conf import DISCOVERY_FUNCTION, DISCOVERY_SETTING


@register()
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Everything that is wrong with the engine's settings."""
    return [*_discovery(), *_models(), *_roles()]


def _discovery() -> Iterator[CheckMessage]:
    if getattr(settings, DISCOVERY_SETTING, DISCOVERY_FUNCTION) != DISCOVERY_FUNCTION:
        yield Warning(
            f"{DISCOVERY_SETTING} names a function of the project's own.",
            hint=f"Let it call {DISCOVERY_FUNCTION} and return its result unless that is None; otherwise calls of "
            "the approval package's advance_flow do not advance workflows.",
            id="django_workflow_engine.W001",
        )


def _models() -> Iterator[CheckMessage]:
    for label in sorted(conf.enabled_models()):
        if not _exists(label):
            yield Error(
                f"DJANGO_WORKFLOW_ENGINE['ENABLED_MODELS'] names “{label}”, which is no model.",
                hint="Write app_label.ModelName of an installed app.",
                id="django_workflow_engine.E001",
            )
    try:
        conf.department_model()
    except (LookupError, ValueError):
        yield Error(
            "DJANGO_WORKFLOW_ENGINE['DEPARTMENT_MODEL'] names no model.",
            hint="Write app_label.ModelName of an installed app, or leave it out.",
            id="django_workflow_engine.E002",
        )


def _roles() -> Iterator[CheckMessage]:
    try:
        if conf.role_model() is not None:
            get_user_model()._default_manager.filter(**{f"{role_lookup()}__isnull": False})
    except (LookupError, ValueError):
        yield Error(
            "APPROVAL_ROLE_MODEL names no model.",
            hint="Write app_label.ModelName of an installed app, for example auth.Group.",
            id="django_workflow_engine.E003",
        )
    except (ImproperlyConfigured, FieldError) as error:
        yield Error(
            f"Users and roles are not connected: {error}",
            hint="Give the role model a many-to-many relation to the user model, or set APPROVAL_ROLE_FIELD.",
            id="django_workflow_engine.E004",
        )


def _exists(label: str) -> bool:
    try:
        apps.get_model(label)
    except (LookupError, ValueError):
        return False
    return True
