"""What the engine's own approver types share: their keys stand beside the type, and people are read for all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.approvals.duties import Bar
from django_workflow_engine.approvals.known_people import KnownPeople
from django_workflow_engine.approvals.permitted import askable_among
from django_workflow_engine.definitions.approval_keys import KEYS_OF_CUSTOM, KEYS_OF_SOME_TYPES, forbid, read_keys
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.definitions.approver_types import ApproverType, Asked, Nobody
from django_workflow_engine.errors import Fault, Path
from django_workflow_engine.people import is_active


@dataclass(frozen=True, kw_only=True)
class Question(Asked):
    """What the engine's own types know beside: the whole approval, and the people that all approvals have to know."""

    approval: ApprovalConfiguration
    people: KnownPeople

    @property
    def target(self) -> Any:
        """The object; None where it is gone."""
        return self.people.target

    @property
    def requester(self) -> Any:
        """The object's own person, or None; read only where it is asked for."""
        return self.people.requester

    @property
    def barred(self) -> Mapping[Any, Bar]:
        """Who must not decide here, by primary key, and why."""
        return self.people.barred_at(self.position)

    def free_and_permitted(self, user_ids: Iterable[Any]) -> list[Any]:
        """Those of them who have the permission to approve, too, where the settings ask for it; raises Nobody."""
        free = self.free(user_ids)
        return permitted(free)

    def free(self, user_ids: Iterable[Any]) -> list[Any]:
        """Those of these users whom nothing bars, in their order; raises Nobody, with the reason, where all are."""
        asked = [*user_ids]
        free = [key for key in asked if key not in self.barred]
        if asked and not free:
            raise Nobody(self.barred[asked[0]].because)
        return free


class OwnType(ApproverType):
    """An approver type of the engine."""

    @classmethod
    def read(cls, given: Mapping[str, Any], path: Path, faults: list[Fault]) -> dict[str, Any]:
        """The values of the keys that the type takes beside its name."""
        others = (key for key in (*KEYS_OF_SOME_TYPES, *KEYS_OF_CUSTOM) if key not in cls.parameters)
        forbid(given, others, path, faults)
        return read_keys(given, cls.parameters, path, faults)

    def role_asked(self, asked: Question) -> str | None:
        """The primary key, as text, of the role whose members are asked; None where they are asked as themselves."""
        return None


def permitted(user_ids: Sequence[Any]) -> list[Any]:
    """Those of these active users who may be asked, in their order; raises Nobody where it is none of them."""
    askable = askable_among(user_ids)
    if user_ids and not askable:
        raise Nobody(_("whoever it asks lacks the permission to approve"))
    return [key for key in user_ids if key in askable]


def own(asked: Asked) -> Question:
    """What the engine's own types know; raises TypeError for what a project asks."""
    if not isinstance(asked, Question):
        raise TypeError("An approver type of the engine is asked by the engine alone.")
    return asked


def one_person(person: Any, reason: str) -> list[Any]:
    """One person to ask; raises Nobody with the reason for nobody, or somebody inactive."""
    if person is None or not is_active(person):
        raise Nobody(reason)
    return [person.pk]
