"""Claims: of a seat that anyone of several may decide on, one takes it for a while, and the others wait.

The rows of all seats of the approval keep the claim, so whoever reads one of them knows of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus
from django.contrib.auth import get_user_model
from django.utils import timezone

from django_workflow_engine import people
from django_workflow_engine.models.keys import key_text
from django_workflow_engine.models.steps import Step

_BY: Final = "claimed_by"
_NAME: Final = "claimed_by_name"
_UNTIL: Final = "claimed_until"
KEYS: Final = frozenset({_BY, _NAME, _UNTIL})


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Who has claimed an approval, by primary key as text and by name, and until when."""

    user_id: str
    name: str
    until: datetime

    @classmethod
    def of(cls, user: Any, until: datetime) -> Claim:
        """The user's claim."""
        return cls(user_id=_key_of(user), name=people.username(user), until=until)

    def is_of(self, user: Any) -> bool:
        """Whether it is this user's."""
        return self.user_id == _key_of(user)


def _key_of(user: Any) -> str:
    """The user's primary key as text; what a request has may be an object that stands for the user."""
    return key_text(get_user_model(), user.pk)


def claim_on(step: Step) -> Claim | None:
    """The claim on the step's approval that has not run out; None of a step that waits for nobody."""
    kept = step.extra_fields or {}
    if _UNTIL not in kept or step.status != ApprovalStatus.CURRENT:
        return None
    claim = Claim(user_id=kept[_BY], name=kept[_NAME], until=datetime.fromisoformat(kept[_UNTIL]))
    return claim if claim.until > timezone.now() else None


def is_claimed_by(step: Step, user: Any) -> bool:
    """Whether this user has claimed the step's approval."""
    claim = claim_on(step)
    return claim is not None and claim.is_of(user)


def is_free_for(step: Step, user: Any) -> bool:
    """Whether nobody else has claimed the step's approval."""
    claim = claim_on(step)
    return claim is None or claim.is_of(user)


def write(steps: Iterable[Step], claim: Claim | None) -> list[Step]:
    """Have the rows of these steps, unsaved, keep this claim, or none."""
    kept = {} if claim is None else {_BY: claim.user_id, _NAME: claim.name, _UNTIL: claim.until.isoformat()}
    changed = [*steps]
    for step in changed:
        step.extra_fields = without_claim(step.extra_fields) | kept
    return changed


def without_claim(place: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a row keeps beside a claim."""
    return {name: value for name, value in (place or {}).items() if name not in KEYS}
