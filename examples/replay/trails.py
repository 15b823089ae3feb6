"""The engine's audit trail of a request in the words of the logs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from examples.replay.history import BY_THE_SYSTEM, SUBMITTED, TAKEN_BACK, Act, Verb

STARTED_ANEW: Final = "Submitted once more while it was on its way"  # why a run is ended that the log does not end


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event of the engine: its kind in capitals, the role that was asked, whether the requester did it, and why."""

    kind: str
    role: str
    by_requester: bool
    comment: str


def acts_of(lines: Iterable[Line]) -> list[Act]:
    """What was done, in order; what only follows from it is left out."""
    told = [line for line in lines if line.kind in _TOLD]
    acts = [_act(line, following) for line, following in zip(told, [*told[1:], None], strict=True)]
    return [act for act in acts if act is not None]


_TOLD: Final = frozenset({"STARTED", "RESUBMITTED", "APPROVED", "REJECTED", "CANCELLED", "COMPLETED"})


def _act(line: Line, following: Line | None) -> Act | None:
    match line.kind:
        case "STARTED" | "RESUBMITTED":
            return SUBMITTED
        case "APPROVED":
            completes = following is not None and following.kind == "COMPLETED"
            return Act(Verb.FINAL_APPROVED if completes else Verb.APPROVED, line.role)
        case "REJECTED":
            return Act(Verb.REJECTED, line.role)
        case "CANCELLED" if line.comment != STARTED_ANEW:
            return TAKEN_BACK if line.by_requester else BY_THE_SYSTEM
        case _:
            return None
