"""Who an approval's fallback is now: one person, or the members of a role, any one of whom may decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from django_workflow_engine.approvals.approvers.named import no_user
from django_workflow_engine.approvals.approvers.sharing import no_member
from django_workflow_engine.approvals.known_people import CommonPeople
from django_workflow_engine.choices import ProblemCode
from django_workflow_engine.definitions.fallbacks import Fallback
from django_workflow_engine.errors import Path
from django_workflow_engine.models.keys import to_primary_key


@dataclass(frozen=True, kw_only=True)
class Lack:
    """Why nobody could be asked: of what kind it is, at which of the approval's keys, and a clause for people."""

    code: ProblemCode
    path: Path
    reason: str


@dataclass(frozen=True, kw_only=True)
class Instead:
    """The users who could be asked, and the role, by its key as text, that they would be asked for."""

    user_ids: Sequence[Any]
    role_id: str | None = None


def look_up(fallback: Fallback, people: CommonPeople) -> Instead | Lack:
    """The active users who may be asked, whoever of them is barred, or why there is none."""
    if fallback.role is None:
        user_id = to_primary_key(get_user_model(), fallback.user)
        if user_id in people.named_users:
            return Instead(user_ids=[user_id])
        return Lack(code=ProblemCode.USER_UNAVAILABLE, path=fallback.path, reason=no_user())
    role = people.roles.get(fallback.role)
    if role is None:
        reason = _("the role %s does not exist") % fallback.role
        return Lack(code=ProblemCode.ROLE_MISSING, path=fallback.path, reason=reason)
    members = people.members.get(role.pk, ())
    if not members:
        return Lack(code=ProblemCode.ROLE_EMPTY, path=fallback.path, reason=no_member(role))
    return Instead(user_ids=members, role_id=str(role.pk))
