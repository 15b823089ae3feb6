"""The model permissions that the settings may require of an actor."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine import conf, people
from django_workflow_engine.errors import MissingPermission

_APP: Final = "django_workflow_engine"


def check_may_start(actor: Any) -> None:
    """Raise MissingPermission where starting needs a permission that the actor lacks; None is the system itself."""
    permission = f"{_APP}.start_workflow"
    if conf.permission_required_to_start() and actor is not None and not people.has_permission(actor, permission):
        raise _missing(permission)


def check_may_decide(actor: Any, codename: str) -> None:
    """Raise MissingPermission where deciding needs a permission that the actor lacks."""
    if not may_decide_with(actor, codename):
        raise _missing(f"{_APP}.{codename}")


def may_decide_with(actor: Any, codename: str) -> bool:
    """Whether the settings let the actor take the decision that this permission stands for."""
    return not conf.permission_required_to_approve() or people.has_permission(actor, f"{_APP}.{codename}")


def _missing(permission: str) -> MissingPermission:
    return MissingPermission(_("This needs the permission “%s”.") % permission, permission=permission)
