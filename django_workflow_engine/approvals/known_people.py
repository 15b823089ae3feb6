"""What the approvals of one call have to know about people: each thing is read once, for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model

from django_workflow_engine.approvals import roles
from django_workflow_engine.approvals.duties import Bar, Duties
from django_workflow_engine.approvals.permitted import askable_among, askable_members
from django_workflow_engine.approvals.turns import Turns
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.definitions.fallbacks import Fallback
from django_workflow_engine.strategies import Position


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Whose run it is: the object, its own person, and what says who must not decide.

    `person` gives a user or None, and is called only where an approval depends on it. `target` is None where the object
    is gone.
    """

    target: Model | None
    person: Callable[[], Any]
    duties: Duties


class CommonPeople:
    """What these approvals have to know of people whosever run it is; read once for all the runs of a call."""

    def __init__(self, approvals: Sequence[ApprovalConfiguration], *, looking: bool = False) -> None:
        """With `looking` nobody is asked in the end: no turn is taken."""
        self._approvals = approvals
        self.turns = Turns(looking=looking)

    @cached_property
    def roles(self) -> dict[Any, Model]:
        """The roles that exist, by the keys that the approvals give."""
        named = [one.user_role for one in self._approvals] + [one.role for one in self._fallbacks]
        return roles.find_roles({key for key in named if key is not None})

    @cached_property
    def members(self) -> dict[Any, list[Any]]:
        """The primary keys of the members of these roles who may be asked, by the role's key."""
        return askable_members({role.pk for role in self.roles.values()})

    @cached_property
    def named_users(self) -> set[Any]:
        """The primary keys of the users whom the approvals name and who may be asked."""
        named = [one.approval_user for one in self._approvals] + [one.user for one in self._fallbacks]
        return askable_among(key for key in named if key is not None)

    @property
    def _fallbacks(self) -> list[Fallback]:
        return [one.fallback for one in self._approvals if one.fallback is not None]


class KnownPeople:
    """The people of the approvals of one run, asked of the database when the first of them has to know."""

    def __init__(self, common: CommonPeople, origin: Origin) -> None:
        self.common, self._origin = common, origin
        self._barred: dict[tuple[int | None, int | None], Mapping[Any, Bar]] = {}

    @property
    def target(self) -> Model | None:
        """The object; None where it is gone."""
        return self._origin.target

    @cached_property
    def requester(self) -> Any:
        """The object's own person, or None."""
        return self._origin.person()

    def barred_at(self, position: Position) -> Mapping[Any, Bar]:
        """Who must not decide at this position, by primary key, and why."""
        place = (position.pipeline_id, position.stage_id)
        if place not in self._barred:
            self._barred[place] = self._origin.duties.barred_at(position)
        return self._barred[place]
