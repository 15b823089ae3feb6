"""The model permissions that the settings may require of an actor."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.errors import MissingPermission

_APP: Final = "django_workflow_engine"


def check_may_start(actor: Any) -> None:
    """Raise MissingPermission where starting needs a permission that the actor lacks; None is the system itself."""
    if conf.permission_required_to_start() and actor is not None:
        _check(actor, f"{_APP}.start_workflow")


def check_may_decide(actor: Any, codename: str) -> None:
    """Raise MissingPermission where deciding needs a permission that the actor lacks."""
    if conf.permission_required_to_approve():
        _check(actor, f"{_APP}.{codename}")


def _check(actor: Any, permission: str) -> None:
    if not actor.has_perm(permission):
        raise MissingPermission(_("This needs the permission “%s”.") % permission, permission=permission)
