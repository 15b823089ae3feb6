"""Whom deadlines ask when the time is up, as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine.approvals.approvers.named import no_user
from django_workflow_engine.approvals.approvers.sharing import no_member
from django_workflow_engine.approvals.permitted import askable_among, askable_members
from django_workflow_engine.approvals.roles import find_roles
from django_workflow_engine.choices import ProblemCode
from django_workflow_engine.definitions.deadlines import Deadline
from django_workflow_engine.models.keys import to_primary_key


class Fallbacks:
    """The people and roles that these deadlines name; each kind is read once for all of them."""

    def __init__(self, deadlines: Sequence[Deadline]) -> None:
        self._deadlines = deadlines

    def lack(self, deadline: Deadline) -> tuple[ProblemCode, str, str] | None:
        """Why nobody could be asked: what kind of problem, at which key of the deadline, and a clause for people."""
        if deadline.fallback_user is not None:
            found = to_primary_key(get_user_model(), deadline.fallback_user) in self._users
            return None if found else (ProblemCode.USER_UNAVAILABLE, "fallback_user", no_user())
        return None if deadline.fallback_role is None else self._lack_of_role(deadline.fallback_role)

    def _lack_of_role(self, key: Any) -> tuple[ProblemCode, str, str] | None:
        role = self._roles.get(key)
        if role is None:
            return ProblemCode.ROLE_MISSING, "fallback_role", _("the role %s does not exist") % key
        members = self._members.get(role.pk)
        return None if members else (ProblemCode.ROLE_EMPTY, "fallback_role", no_member(role))

    @cached_property
    def _users(self) -> set[Any]:
        return askable_among(one.fallback_user for one in self._deadlines if one.fallback_user is not None)

    @cached_property
    def _roles(self) -> dict[Any, Model]:
        return find_roles({one.fallback_role for one in self._deadlines if one.fallback_role is not None})

    @cached_property
    def _members(self) -> dict[Any, list[Any]]:
        return askable_members({role.pk for role in self._roles.values()})
