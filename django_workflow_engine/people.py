"""What the engine asks of a user, whatever the project's user model has.

Django asks of a user model `USERNAME_FIELD`, `is_authenticated` and `is_anonymous`; names, an e-mail address, an
`is_active` column, staff and permissions are the project's choice. What a model has not, nobody of it has.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, QuerySet

_DJANGO_S_USERS: Final = "django.contrib.auth.models"


def user_class() -> type[Model]:
    """The model whose table users are in: a row of it is a user, by whichever proxy or child of it it was read."""
    model: Any = get_user_model()
    concrete: type[Model] = model._meta.concrete_model
    return concrete


def is_user(value: Any) -> bool:
    """Whether this is a row of the user model."""
    return isinstance(value, user_class())


def names_users(field: Any) -> bool:
    """Whether a field of a model is a column that refers to users."""
    related = field.related_model if field.concrete and field.is_relation and not field.many_to_many else None
    return isinstance(related, type) and issubclass(related, user_class())


def username(user: Any) -> str:
    """What a user signs in with, as text; of a foreign key the value in its column, and no row is read."""
    return str(user.serializable_value(get_user_model().USERNAME_FIELD))


def longest_username() -> int:
    """How many characters anybody may sign in with: as Django's own form, or as many as the column holds."""
    model: Any = get_user_model()
    return max(254, getattr(model._meta.get_field(model.USERNAME_FIELD), "max_length", None) or 0)


def username_lookup() -> str:
    """The lookup from the user model to the text that users sign in with."""
    name: str = get_user_model().USERNAME_FIELD
    field: Any = get_user_model()._meta.get_field(name)
    while isinstance(field, ForeignKey):
        field = field.target_field
        name = f"{name}__{field.name}"
    return name


def name_lookups() -> list[str]:
    """The lookups from the user model to the columns by which people look for somebody."""
    known = {field.name for field in user_class()._meta.concrete_fields}
    return [*dict.fromkeys([username_lookup(), *(name for name in ("first_name", "last_name") if name in known)])]


def full_name_of(user: Any) -> Callable[[], Any] | None:
    """What gives a user's full name, None where the model knows none; Django's own calls an empty column "None"."""
    full_name = getattr(user, "get_full_name", None)
    if getattr(full_name, "__module__", "") == _DJANGO_S_USERS:
        return lambda: " ".join(str(part) for part in (user.first_name, user.last_name) if part)
    return full_name


def email_of(user: Any) -> str:
    """A user's e-mail address, from the field that the model calls its EMAIL_FIELD; empty where there is none."""
    return getattr(user, getattr(user, "EMAIL_FIELD", "") or "email", None) or ""


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
    """Those of them that are active: all where `is_active` is no column, of whom `inactive_among` tells the others."""
    return users().filter(is_active=True) if _has_active_column() else users()


def inactive_among(keys: Collection[Any]) -> set[Any]:
    """The primary keys of those among the active users whose `is_active` is a property, which says no.

    No statement where it is a column, or always the same.
    """
    if not keys or _has_active_column() or isinstance(getattr(get_user_model(), "is_active", True), bool):
        return set()
    return {user.pk for user in users().filter(pk__in=keys) if not is_active(user)}


def _has_active_column() -> bool:
    try:
        return bool(get_user_model()._meta.get_field("is_active").concrete)
    except FieldDoesNotExist:
        return False
