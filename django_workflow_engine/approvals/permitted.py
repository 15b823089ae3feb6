"""Which users may be asked: who is active and, where the settings ask for a permission, has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from django.contrib.auth import get_backends, get_user_model
from django.contrib.auth.backends import AllowAllUsersModelBackend, ModelBackend
from django.contrib.auth.models import PermissionsMixin
from django.db.models import Q, QuerySet

from django_workflow_engine import conf, people
from django_workflow_engine.approvals.active import active_among
from django_workflow_engine.approvals.eligibility import PERMISSIONS_OF
from django_workflow_engine.approvals.roles import members_of

TO_APPROVE: Final = "approve_workflow"
_PERMISSION: Final = f"{PERMISSIONS_OF}.{TO_APPROVE}"
_KNOWN_BACKENDS: Final = (ModelBackend, AllowAllUsersModelBackend)


def askable_users() -> QuerySet[Any]:
    """The active users who may approve, in no statement of its own; `lacking_among` tells those whom it cannot know."""
    users = people.active_users()
    if not _is_asked_for() or not _is_known():
        return users
    permitted = Q()
    for backend in get_backends():
        permitted |= Q(pk__in=backend.with_perm(_PERMISSION).values("pk"))  # type: ignore[attr-defined]  # it is Django's
    return users.filter(permitted)


def lacking_among(keys: Collection[Any]) -> set[Any]:
    """Those among `askable_users` who may not approve: another backend, or another user model, is asked one by one."""
    if not keys or not _is_asked_for() or _is_known():
        return set()
    users = people.users().filter(pk__in=keys)
    return {user.pk for user in users if not people.has_permission(user, _PERMISSION)}


def askable_among(keys: Iterable[Any]) -> set[Any]:
    """The primary keys of the users who may be asked among these keys, which may be text."""
    found = active_among(keys, among=askable_users())
    return found - lacking_among(found)


def unpermitted_among(keys: Collection[Any]) -> set[Any]:
    """Those among the keys of active users who may not be asked; no statement where the settings ask for nothing."""
    return set(keys) - askable_among(keys) if _is_asked_for() else set()


def askable_members(role_ids: Collection[Any]) -> dict[Any, list[Any]]:
    """The primary keys of those who hold each role and may be asked, lowest first."""
    members = members_of(role_ids, among=askable_users())
    lacking = lacking_among({key for keys in members.values() for key in keys})
    return {role_id: [key for key in keys if key not in lacking] for role_id, keys in members.items()}


def because(plain: str, with_permission: str) -> str:
    """Why nobody is asked, in the words for whether the settings ask for a permission."""
    return with_permission if _is_asked_for() else plain


def _is_asked_for() -> bool:
    return conf.permission_required_to_approve()


def _is_known() -> bool:
    """Whether Django's own backends alone say who has a permission, by the tables of its own user model."""
    backends = get_backends()
    return issubclass(get_user_model(), PermissionsMixin) and all(type(one) in _KNOWN_BACKENDS for one in backends)
