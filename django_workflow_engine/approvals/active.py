"""Which users are active now, by their primary keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.people import active_users, inactive_among, is_active


def active_among(keys: Iterable[Any], *, among: QuerySet[Any] | None = None) -> set[Any]:
    """The primary keys of the active users among these keys, which may be text; one statement, none for no key.

    `among` narrows the active users.
    """
    model = get_user_model()
    wanted = {to_primary_key(model, key) for key in keys} - {None}
    if not wanted:
        return set()
    users = active_users() if among is None else among
    found = set(users.filter(pk__in=wanted).values_list("pk", flat=True))
    return found - inactive_among(found)


def active_user(key: Any) -> Any:
    """The active user with this primary key, which may be text, or None; one statement."""
    model = get_user_model()
    parsed = to_primary_key(model, key)
    found = None if parsed is None else active_users().filter(pk=parsed).first()
    return found if found is not None and is_active(found) else None
