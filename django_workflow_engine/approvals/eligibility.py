"""Who may decide on a seat now, claim it, release it, pass it on: the one rule, and the reason where the answer is no.

The verbs raise what it finds, `viewerCanAct`, `viewerCanDelegate` and their like tell it beforehand, and the inbox asks
it of rows. The functions are pure: whoever asks brings the facts, read under the locks or by a loader.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, CharField, Q, Value, When

from django_workflow_engine import conf, people
from django_workflow_engine.approvals.duties import Bar
from django_workflow_engine.choices import RoleSelectionStrategy as Sharing
from django_workflow_engine.models.exact import Exactly, is_one_of
from django_workflow_engine.models.steps import Step


class Obstacle(enum.Enum):
    """What stands between somebody and a decision, in the order in which it is told beforehand.

    Behind that is what else keeps somebody from claiming a seat, releasing it, passing it up or reassigning it.
    """

    ALREADY_DECIDED = "ALREADY_DECIDED"
    NOT_IN_PROGRESS = "NOT_IN_PROGRESS"
    NOT_YOUR_STEP = "NOT_YOUR_STEP"
    ROLE_LOST = "ROLE_LOST"
    PERMISSION_MISSING = "PERMISSION_MISSING"
    STEP_CLAIMED = "STEP_CLAIMED"
    TARGET_GONE = "TARGET_GONE"
    SELF_APPROVAL_FORBIDDEN = "SELF_APPROVAL_FORBIDDEN"
    DUTY_RULE = "DUTY_RULE"
    NOT_CLAIMABLE = "NOT_CLAIMABLE"
    NOT_CLAIMED = "NOT_CLAIMED"
    NO_MANAGER = "NO_MANAGER"
    MANAGER_HAS_SEAT = "MANAGER_HAS_SEAT"
    MANAGER_LACKS_PERMISSION = "MANAGER_LACKS_PERMISSION"
    MANAGER_BARRED = "MANAGER_BARRED"
    NOT_ALLOWED = "NOT_ALLOWED"
    OWN_OBJECT = "OWN_OBJECT"


@dataclass(frozen=True, kw_only=True)
class SeatFacts:
    """What is known of a seat and of somebody who would decide on it."""

    is_open: bool  # it waits for a decision
    is_running: bool  # its run is in a state that takes the verb
    is_held: bool  # it is this person's, or somebody's for whom this person stands in; both are active
    keeps_role: bool  # its holder still has the role that it was given for, where it was given for one
    is_permitted: bool  # the settings ask for no permission that the person lacks
    is_unclaimed: bool  # nobody else has claimed the approval


@dataclass(frozen=True, kw_only=True)
class ObjectFacts:
    """What is known of the object of the seat's run, for the same person."""

    is_there: bool  # it has not been deleted
    bar: Bar | None  # what keeps the person, or the seat's holder, from deciding; nothing where the approval is a SELF


def obstacles_of_seat(facts: SeatFacts) -> Iterator[Obstacle]:
    """What the seat itself puts in the way."""
    if not facts.is_open:
        yield Obstacle.ALREADY_DECIDED
    if not facts.is_running:
        yield Obstacle.NOT_IN_PROGRESS
    if not facts.is_held:
        yield Obstacle.NOT_YOUR_STEP
    elif not facts.keeps_role:
        yield Obstacle.ROLE_LOST
    if not facts.is_permitted:
        yield Obstacle.PERMISSION_MISSING
    if not facts.is_unclaimed:
        yield Obstacle.STEP_CLAIMED


def obstacles_of_object(facts: ObjectFacts) -> Iterator[Obstacle]:
    """What the object puts in the way; looked at only where the seat puts nothing there."""
    if not facts.is_there:
        yield Obstacle.TARGET_GONE
    if facts.bar is not None:
        yield Obstacle.SELF_APPROVAL_FORBIDDEN if facts.bar is Bar.SELF_APPROVAL else Obstacle.DUTY_RULE


def refused_for(found: Collection[Obstacle]) -> Obstacle | None:
    """Which of these obstacles to a decision a verb raises; None where there is none.

    Whoever has no right to a step is not told what became of it, so it is another order than that of the enum.
    """
    return min(found, key=_ORDER_OF_REFUSALS.index, default=None)


def obstacle_to_claiming(step: Step) -> Obstacle | None:
    """What keeps somebody who may decide on the seat from claiming its approval: that more than one has to give it."""
    return None if step.role_selection_strategy == Sharing.ANYONE else Obstacle.NOT_CLAIMABLE


def obstacle_to_releasing(facts: SeatFacts, *, is_claimant: bool) -> Obstacle | None:
    """What keeps somebody, who is or is not the claimant, from releasing the seat's approval."""
    if not facts.is_held:
        return Obstacle.NOT_YOUR_STEP
    if not facts.keeps_role:
        return Obstacle.ROLE_LOST
    if not facts.is_open:
        return Obstacle.ALREADY_DECIDED
    return None if is_claimant else Obstacle.NOT_CLAIMED


def is_held(step: Step, user: Any, *, is_active: bool) -> bool:
    """Whether the seat is this user's, who must be active. Who joins a role later gets no seat of what is open."""
    return step.assigned_to_id is not None and step.assigned_to_id == user.pk and is_active


def keeps_role(step: Step, *, roles_held: Collection[str]) -> bool:
    """Whether a holder of these roles, primary keys as text, still has the one that the seat was given for, if any."""
    role_id = role_of(step)
    return role_id is None or role_id in roles_held


def role_of(step: Step) -> str | None:
    """The role that the holder must still have; None where the seat is a person's own.

    A seat that was passed on belongs to its receiver, and a manager is asked for standing above, not for a role.
    """
    if step.delegation_chain or step.role_selection_strategy in HIERARCHIES:
        return None
    role_id: str | None = step.assigned_role_object_id
    return role_id


def held_by(user_id: Any, *, roles_held: Collection[str]) -> Q:
    """The seats that are the user's own and for which the role is still held: `is_held` and `keeps_role` on rows.

    Whether the user is active, and the step still open, is asked beside it.
    """
    kept = Q(assigned_role_object_id__isnull=True) | is_one_of("assigned_role_object_id", roles_held)
    return Q(assigned_to=user_id) & (kept | _needs_no_role())


def role_column() -> Case:
    """`role_of` as a column of rows."""
    return Case(
        When(_needs_no_role(), then=Value(None)),
        default=Exactly("assigned_role_object_id"),
        output_field=CharField(),
    )


def _needs_no_role() -> Q:
    return Q(delegation_chain__isnull=False) | Q(role_selection_strategy__in=HIERARCHIES)


def is_permitted(user: Any, codename: str) -> bool:
    """Whether the settings let the user take the decision that this model permission stands for."""
    return not conf.permission_required_to_approve() or people.has_permission(user, f"{PERMISSIONS_OF}.{codename}")


_ORDER_OF_REFUSALS: Final = (
    Obstacle.PERMISSION_MISSING,
    Obstacle.NOT_YOUR_STEP,
    Obstacle.ROLE_LOST,
    Obstacle.ALREADY_DECIDED,
    Obstacle.NOT_IN_PROGRESS,
    Obstacle.STEP_CLAIMED,
    Obstacle.TARGET_GONE,
    Obstacle.SELF_APPROVAL_FORBIDDEN,
    Obstacle.DUTY_RULE,
)
PERMISSIONS_OF: Final = "django_workflow_engine"
HIERARCHIES: Final = frozenset({Sharing.HIERARCHY_UP, Sharing.HIERARCHY_CHAIN})
