"""The shape of the data: how many people and templates there are at every size, and how runs stand."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

PIPELINES: Final = 3
STAGES: Final = 4  # of each pipeline; the first is asked, the others are switched off
ROLES: Final = 10  # of each company
MEMBERS: Final = 2  # of each role
PER_THOUSAND: Final = 1000


class Course(StrEnum):
    """What happens in a run; one of each is made by the engine's own services."""

    ATTACHED = "attached, not started"
    WAITS_AT_FIRST = "waits at the first position"
    WAITS_AT_SECOND = "waits at the second position"
    WAITS_AT_THIRD = "waits at the third position"
    COMPLETED = "completed"
    COMPLETED_BY_DELEGATE = "completed, one seat having been delegated"
    REJECTED_AT_FIRST = "rejected at the first position"
    REJECTED_AT_SECOND = "rejected at the second position"
    CANCELLED = "cancelled at the first position"


# How many runs of a thousand take each course: 10 % in progress, 60 % completed.
USUAL: Final[Mapping[Course, int]] = {
    Course.ATTACHED: 40,
    Course.WAITS_AT_FIRST: 60,
    Course.WAITS_AT_SECOND: 30,
    Course.WAITS_AT_THIRD: 10,
    Course.COMPLETED: 570,
    Course.COMPLETED_BY_DELEGATE: 30,
    Course.REJECTED_AT_FIRST: 160,
    Course.REJECTED_AT_SECOND: 20,
    Course.CANCELLED: 80,
}
ALL_WAIT: Final[Mapping[Course, int]] = {Course.WAITS_AT_FIRST: PER_THOUSAND}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What is there however many runs there are, and how the runs stand."""

    templates: int = 2_000
    companies: int = 100
    people: int = 20  # of each company
    courses: Mapping[Course, int] = field(default_factory=lambda: USUAL)

    def __post_init__(self) -> None:
        if sum(self.courses.values()) != PER_THOUSAND:
            raise ValueError(f"The courses of {PER_THOUSAND} runs are told, not of {sum(self.courses.values())}.")
        if self.people < ROLES * MEMBERS:
            raise ValueError(f"A company needs {ROLES * MEMBERS} people for its roles.")


def shape_of_environment() -> Shape:
    """The full shape, or a smaller one where TEMPLATES and COMPANIES say so."""
    return Shape(
        templates=int(os.environ.get("TEMPLATES") or Shape.templates),
        companies=int(os.environ.get("COMPANIES") or Shape.companies),
    )
