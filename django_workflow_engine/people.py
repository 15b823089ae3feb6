"""What the engine asks of a user, whatever the project's user model has.

Django asks of a user model `USERNAME_FIELD`, `is_authenticated` and `is_anonymous`; names, an e-mail address, an
`is_active` column, staff and permissions are the project's choice. What a model has not, nobody of it has.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet


def username(user: Any) -> str:
    """What a user signs in with, as text."""
    return str(getattr(user, get_user_model().USERNAME_FIELD))


def email_of(user: Any) -> str:
    """A user's e-mail address, from the field that the model calls its EMAIL_FIELD; empty where there is none."""
    return getattr(user, getattr(type(user), "EMAIL_FIELD", "") or "email", None) or ""


def is_active(user: Any) -> bool:
    """Whether a user may act at all; users of a model that knows no other are active."""
    return bool(getattr(user, "is_active", True))


def is_staff(user: Any) -> bool:
    """Whether a user runs the site."""
    return bool(getattr(user, "is_staff", False))


def has_permission(user: Any, permission: str) -> bool:
    """Whether a user has a permission, as in "app_label.codename"; nobody has one where the model knows none."""
    has_perm = getattr(user, "has_perm", None)
    return has_perm is not None and bool(has_perm(permission))


def permissions_of(user: Any) -> set[str]:
    """All permissions that a user has, as in "app_label.codename"."""
    get_all_permissions = getattr(user, "get_all_permissions", None)
    return set() if get_all_permissions is None else set(get_all_permissions())


def users() -> QuerySet[Any]:
    """All users that the project's default manager shows."""
    return get_user_model()._default_manager.all()


def active_users() -> QuerySet[Any]:
    """Those of them that are active: all where `is_active` is no column."""
    return users().filter(is_active=True) if _has_active_column() else users()


def _has_active_column() -> bool:
    try:
        return bool(get_user_model()._meta.get_field("is_active").concrete)
    except FieldDoesNotExist:
        return False
