"""The approvals in a log: which process each event is of, who did what, and what that asks of an engine."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from examples.replay.xes import Trace

EMPLOYEE: Final = "EMPLOYEE"  # the requester
MISSING: Final = "MISSING"  # nobody: the system itself
_EVENT: Final = re.compile(r"(?P<process>.+?) (?P<verb>SUBMITTED|APPROVED|FINAL_APPROVED|REJECTED) by (?P<role>.+)")


class Verb(StrEnum):
    """What somebody did, in the words of the logs."""

    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    FINAL_APPROVED = "FINAL_APPROVED"
    REJECTED = "REJECTED"


@dataclass(frozen=True)
class Act:
    """One line of a history."""

    verb: Verb
    role: str

    def __str__(self) -> str:
        return f"{self.verb} by {self.role}"


SUBMITTED: Final = Act(Verb.SUBMITTED, EMPLOYEE)
TAKEN_BACK: Final = Act(Verb.REJECTED, EMPLOYEE)
BY_THE_SYSTEM: Final = Act(Verb.REJECTED, MISSING)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request of a process, and what was done with it, in order."""

    name: str
    acts: tuple[Act, ...]

    @property
    def passes(self) -> list[tuple[Act, ...]]:
        """The acts from each submission to the next; what is before the first one is no pass."""
        starts = [index for index, act in enumerate(self.acts) if act == SUBMITTED]
        return [self.acts[start:end] for start, end in pairwise([*starts, len(self.acts)])]

    @property
    def trail(self) -> list[Act]:
        """What a history of approvals has of it.

        A requester who takes a rejected request back, and sends it again, does the second alone. What the system
        rejects after the last approval is over by then.
        """
        kept: list[Act] = []
        for act, following in zip(self.acts, (*self.acts[1:], None), strict=True):
            before = kept[-1] if kept else None
            sends_again = act == TAKEN_BACK and following == SUBMITTED and _is_rejection(before)
            is_over = act == BY_THE_SYSTEM and before is not None and before.verb == Verb.FINAL_APPROVED
            if not sends_again and not is_over:
                kept.append(act)
        return kept

    @property
    def end(self) -> str:
        """Where it stands after its last act, as the status of a run."""
        last = self.trail[-1]
        if last.verb == Verb.FINAL_APPROVED:
            return "COMPLETED"
        if last in (TAKEN_BACK, BY_THE_SYSTEM):
            return "CANCELLED"
        return "CHANGES_REQUESTED" if last.verb == Verb.REJECTED else "IN_PROGRESS"


def by_process(log: Iterable[Trace]) -> dict[str, list[Case]]:
    """The cases of each process in a log that were submitted; one trace may have a case of several processes."""
    found: dict[str, list[Case]] = defaultdict(list)
    for trace in log:
        for process, acts in _acts(trace.events).items():
            if SUBMITTED in acts:
                found[process].append(Case(name=trace.name, acts=tuple(acts)))
    return dict(found)


def _acts(events: Sequence[str]) -> dict[str, list[Act]]:
    acts: dict[str, list[Act]] = defaultdict(list)
    for match in _matches(events):
        acts[match["process"]].append(Act(Verb(match["verb"]), match["role"]))
    return acts


def _matches(events: Sequence[str]) -> Iterator[re.Match[str]]:
    return (match for match in map(_EVENT.fullmatch, events) if match is not None)


def _is_rejection(act: Act | None) -> bool:
    return act is not None and act.verb == Verb.REJECTED and act.role not in (EMPLOYEE, MISSING)
