"""Which users hold a role: groups, a custom role model with users, or a key on the user."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db.models import F, Model, QuerySet

from django_workflow_engine import conf, people
from django_workflow_engine.models.keys import to_primary_key


def role_lookup() -> str:
    """The lookup from the user model to its roles.

    APPROVAL_ROLE_FIELD names it; without it the many-to-many relation between the two models is used, else
    the user's foreign key; those of a model that the role model extends, or is a proxy of, come last. Raises
    ImproperlyConfigured where users and roles are not connected.
    """
    named = conf.role_field()
    if named:
        return named
    model = conf.role_model()
    relations = [field for field in get_user_model()._meta.get_fields() if model and _has_keys_of(field, model)]
    for field in sorted(relations, key=lambda field: (field.related_model is not model, not field.many_to_many)):
        if field.many_to_many or field.many_to_one:
            return field.name
    raise ImproperlyConfigured("APPROVAL_ROLE_MODEL names no model that is connected with the user model.")


def _has_keys_of(field: Any, model: type[Model]) -> bool:
    """Whether a relation leads to rows with the model's keys: to its own, or to those of a parent or behind a proxy."""
    options: Any = getattr(field.related_model, "_meta", None)  # a generic relation leads to no model
    return options is not None and issubclass(model, options.concrete_model)


def _connection() -> str | None:
    """The lookup of `role_lookup`; None where there are no roles, or users are not connected with them.

    A system check tells of the second: nobody holds a role then.
    """
    if conf.role_model() is None and conf.role_field() is None:
        return None
    with suppress(ImproperlyConfigured):
        lookup = role_lookup()
        return lookup if _leads_somewhere(get_user_model(), lookup) else None
    return None


@cache
def _leads_somewhere(users: type[Model], lookup: str) -> bool:
    """Whether users can be asked by this lookup, which an inbox does with every request."""
    try:
        users._default_manager.filter(**{f"{lookup}__isnull": False})
    except FieldError:
        return False
    return True


def find_roles(keys: Collection[Any]) -> dict[Any, Model]:
    """The roles that exist, by the keys as given; one statement."""
    model = conf.role_model()
    wanted = {key: to_primary_key(model, key) for key in keys} if model else {}
    if model is None or not wanted:
        return {}
    rows = model._default_manager.in_bulk([key for key in wanted.values() if key is not None])
    return {given: rows[key] for given, key in wanted.items() if key in rows}


def members_of(role_ids: Collection[Any], *, among: QuerySet[Any] | None = None) -> dict[Any, list[Any]]:
    """The primary keys of the active users that hold each role, lowest first; one statement.

    `among` narrows the active users.
    """
    members: dict[Any, list[Any]] = defaultdict(list)
    lookup = _connection()
    if role_ids and lookup is not None:
        active = people.active_users() if among is None else among
        users = active.filter(**{f"{lookup}__in": role_ids})
        held = users.annotate(_role=F(lookup)).order_by("pk").values_list("_role", "pk")
        found = list(held.distinct())  # a role may lead to a person in several ways
        inactive = people.inactive_among({user_id for _role, user_id in found})
        for role_id, user_id in found:
            if user_id not in inactive:
                members[role_id].append(user_id)
    return members


def roles_held(user_id: Any, role_ids: Collection[Any] | None = None) -> set[str]:
    """The primary keys, as text, of the roles that an active user holds now; one statement."""
    lookup = _connection()
    if lookup is None:
        return set()
    users = people.active_users().filter(pk=user_id, **{f"{lookup}__isnull": False})
    if role_ids is not None:
        users = users.filter(**{f"{lookup}__in": role_ids})
    return {str(key) for key in users.values_list(lookup, flat=True)}


def roles_held_by(user_ids: Collection[Any]) -> dict[Any, set[str]]:
    """The same for several users, by primary key, of all roles; one statement, none for nobody."""
    held: dict[Any, set[str]] = {user_id: set() for user_id in user_ids}
    lookup = _connection()
    if user_ids and lookup is not None:
        users = people.active_users().filter(pk__in=held, **{f"{lookup}__isnull": False})
        for user_id, role_id in users.values_list("pk", lookup):
            held[user_id].add(str(role_id))
    return held


def fellow_members(user_id: Any) -> QuerySet[Any]:
    """The users who hold a role that this active user holds, the user included; no statement of its own."""
    users, lookup = people.users(), _connection()
    if lookup is None:
        return users.none()
    held = people.active_users().filter(pk=user_id, **{f"{lookup}__isnull": False}).values(lookup)
    return users.filter(pk__in=users.filter(**{f"{lookup}__in": held}).values("pk"))
