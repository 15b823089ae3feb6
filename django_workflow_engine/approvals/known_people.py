"""What the approvals of one call have to know about people: each thing is read once, for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model

from django_workflow_engine.approvals import eligibility, roles
from django_workflow_engine.approvals.active import active_among
from django_workflow_engine.approvals.turns import Turns
from django_workflow_engine.definitions.approvals import ApprovalConfiguration


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Whose run it is: the object, its own person, and the primary keys of everybody whose object or run it is.

    `person` gives a user or None; both are called only where an approval depends on them. `target` is None where the
    object is gone.
    """

    target: Model | None
    person: Callable[[], Any]
    own: Callable[[], frozenset[Any]]


class CommonPeople:
    """What these approvals have to know of people whosever run it is; read once for all the runs of a call."""

    def __init__(self, approvals: Sequence[ApprovalConfiguration], *, looking: bool = False) -> None:
        """With `looking` nobody is asked in the end: no turn is taken."""
        self._approvals = approvals
        self.turns = Turns(looking=looking)

    @cached_property
    def roles(self) -> dict[Any, Model]:
        """The roles that exist, by the keys that the approvals give."""
        return roles.find_roles({one.user_role for one in self._approvals if one.user_role is not None})

    @cached_property
    def members(self) -> dict[Any, list[Any]]:
        """The primary keys of the active members of these roles, by the role's key."""
        return roles.members_of({role.pk for role in self.roles.values()})

    @cached_property
    def active_users(self) -> set[Any]:
        """The primary keys of the users whom the approvals name and who are active."""
        return active_among(one.approval_user for one in self._approvals if one.approval_user is not None)


class KnownPeople:
    """The people of the approvals of one run, asked of the database when the first of them has to know."""

    def __init__(self, common: CommonPeople, origin: Origin) -> None:
        self.common, self._origin = common, origin

    @property
    def target(self) -> Model | None:
        """The object; None where it is gone."""
        return self._origin.target

    @cached_property
    def requester(self) -> Any:
        """The object's own person, or None."""
        return self._origin.person()

    @cached_property
    def barred(self) -> frozenset[Any]:
        """The primary keys of those who must not decide."""
        return eligibility.barred(self._origin.own)

    def members_of(self, role_id: Any) -> list[Any]:
        """The primary keys of the active members of one of the approvals' roles who may decide, lowest first."""
        return [key for key in self.common.members.get(role_id, ()) if key not in self.barred]
