"""The model permissions that the settings may require of an actor."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine import conf, people
from django_workflow_engine.approvals.eligibility import PERMISSIONS_OF
from django_workflow_engine.errors import MissingPermission


def check_may_start(actor: Any) -> None:
    """Raise MissingPermission where starting needs a permission that the actor lacks; None is the system itself."""
    permission = f"{PERMISSIONS_OF}.start_workflow"
    if conf.permission_required_to_start() and actor is not None and not people.has_permission(actor, permission):
        raise missing_permission("start_workflow")


def missing_permission(codename: str) -> MissingPermission:
    """The refusal of whoever lacks this permission on the engine's models."""
    permission = f"{PERMISSIONS_OF}.{codename}"
    return MissingPermission(_("This needs the permission “%s”.") % permission, permission=permission)
