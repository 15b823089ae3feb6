"""Who may be given a seat: the one rule, for whoever passes one on or reassigns it, and for what is told beforehand.

The functions are pure, as those of `eligibility`: whoever asks brings the facts.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django_workflow_engine.approvals.duties import Bar
from django_workflow_engine.approvals.eligibility import Obstacle


class Unfit(enum.Enum):
    """Why an active user cannot be given a seat."""

    HAS_SEAT = "HAS_SEAT"
    LACKS_PERMISSION = "LACKS_PERMISSION"
    BARRED = "BARRED"


@dataclass(frozen=True, kw_only=True)
class ReceiverFacts:
    """What is known of an active user who would be given a seat."""

    has_seat: bool  # the user has, had, or will have another seat of what the step asks: nobody counts twice
    is_permitted: bool  # the settings ask for no permission to approve that the user lacks
    bar: Bar | None  # what keeps the user from deciding


def unfitness(facts: ReceiverFacts) -> Unfit | None:
    """Why the user cannot be given the seat; None where nothing stands in the way."""
    if facts.has_seat:
        return Unfit.HAS_SEAT
    if not facts.is_permitted:
        return Unfit.LACKS_PERMISSION
    return None if facts.bar is None else Unfit.BARRED


def obstacle_to_escalating(manager: ReceiverFacts | None) -> Obstacle | None:
    """What keeps somebody, whose seat may be passed on, from passing it up: no facts where no manager is active."""
    if manager is None:
        return Obstacle.NO_MANAGER
    unfit = unfitness(manager)
    return None if unfit is None else _OF_A_MANAGER[unfit]


@dataclass(frozen=True, kw_only=True)
class ReassignmentFacts:
    """What is known of an open seat, or one that was, and of somebody who would give it to somebody else."""

    is_allowed: bool  # the rule of who may mend runs lets this person
    is_own: bool  # the object is the person's, or the person started the run
    is_open: bool  # the seat waits for a decision
    is_running: bool  # its run is in a state that takes decisions
    is_there: bool  # the object has not been deleted


def obstacle_to_reassigning(facts: ReassignmentFacts) -> Obstacle | None:
    """What keeps the person from giving the seat to anybody, the first that is raised."""
    found = {
        Obstacle.NOT_ALLOWED: not facts.is_allowed,
        Obstacle.OWN_OBJECT: facts.is_own,
        Obstacle.ALREADY_DECIDED: not facts.is_open,
        Obstacle.NOT_IN_PROGRESS: not facts.is_running,
        Obstacle.TARGET_GONE: not facts.is_there,
    }
    return next((obstacle for obstacle, stands in found.items() if stands), None)


_OF_A_MANAGER: Final[Mapping[Unfit, Obstacle]] = {
    Unfit.HAS_SEAT: Obstacle.MANAGER_HAS_SEAT,
    Unfit.LACKS_PERMISSION: Obstacle.MANAGER_LACKS_PERMISSION,
    Unfit.BARRED: Obstacle.MANAGER_BARRED,
}
