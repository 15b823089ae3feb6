"""Settings, typed and read at the moment of use, so that `override_settings` works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db.models import Model

DISCOVERY_SETTING: Final = "APPROVAL_HANDLER_DISCOVERY_FUNCTION"
DISCOVERY_FUNCTION: Final = "django_workflow_engine.handlers.get_handler_for_instance"


def _engine() -> Mapping[str, Any]:
    return getattr(settings, "DJANGO_WORKFLOW_ENGINE", {})


def enabled_models() -> frozenset[str]:
    """The model labels that take workflows, in lower case; empty means every model."""
    return frozenset(label.lower() for label in _engine().get("ENABLED_MODELS", ()))


def department_model() -> type[Model] | None:
    """The model that pipelines name as their department, or None."""
    label = _engine().get("DEPARTMENT_MODEL")
    return apps.get_model(label) if label else None


def role_model() -> type[Model] | None:
    """The model whose rows are roles, or None where the project has none."""
    label = getattr(settings, "APPROVAL_ROLE_MODEL", None)
    return apps.get_model(label) if label else None


def role_field() -> str | None:
    """The lookup from the user to its roles, where the project names one."""
    return getattr(settings, "APPROVAL_ROLE_FIELD", None)


def permission_required_to_start() -> bool:
    """Whether starting needs the model permission `start_workflow`."""
    return bool(_engine().get("PERMISSIONS", {}).get("REQUIRE_PERMISSION_TO_START", False))


def permission_required_to_approve() -> bool:
    """Whether deciding needs the model permissions `approve_workflow` and `reject_workflow`."""
    return bool(_engine().get("PERMISSIONS", {}).get("REQUIRE_PERMISSION_TO_APPROVE", False))
