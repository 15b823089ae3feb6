"""The state machine of a run: a closed table. No other line assigns an attachment's status."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from django.utils.translation import gettext as _

from django_workflow_engine.choices import RUNNING
from django_workflow_engine.choices import AttachmentStatus as Status
from django_workflow_engine.errors import NotInProgress


class Verb(enum.Enum):
    """What can happen to a run."""

    RUN_AGAIN = "run_again"
    START = "start"
    MOVE = "move"
    COMPLETE = "complete"
    REJECT = "reject"
    SEND_BACK = "send_back"
    REQUEST_CHANGES = "request_changes"
    RESUBMIT = "resubmit"
    CANCEL = "cancel"


@dataclass(frozen=True, kw_only=True)
class Edge:
    """The states that a verb leaves, and the one it leads to."""

    sources: frozenset[Status]
    target: Status


ENDED: Final = frozenset({Status.COMPLETED, Status.REJECTED, Status.CANCELLED})

EDGES: Final[Mapping[Verb, Edge]] = {  # what is not listed is refused
    Verb.RUN_AGAIN: Edge(sources=ENDED, target=Status.NOT_STARTED),
    Verb.START: Edge(sources=frozenset({Status.NOT_STARTED}), target=Status.IN_PROGRESS),
    Verb.MOVE: Edge(sources=frozenset({Status.IN_PROGRESS}), target=Status.IN_PROGRESS),
    Verb.COMPLETE: Edge(sources=frozenset({Status.IN_PROGRESS}), target=Status.COMPLETED),
    Verb.SEND_BACK: Edge(sources=frozenset({Status.IN_PROGRESS}), target=Status.IN_PROGRESS),
    Verb.REQUEST_CHANGES: Edge(sources=frozenset({Status.IN_PROGRESS}), target=Status.CHANGES_REQUESTED),
    Verb.RESUBMIT: Edge(sources=frozenset({Status.CHANGES_REQUESTED}), target=Status.IN_PROGRESS),
    Verb.CANCEL: Edge(sources=RUNNING | {Status.NOT_STARTED}, target=Status.CANCELLED),
    Verb.REJECT: Edge(sources=frozenset({Status.IN_PROGRESS}), target=Status.REJECTED),
}


class HasStatus(Protocol):
    """Anything that stands in a state of the machine."""

    status: str


def fits(verb: Verb, run: HasStatus) -> bool:
    """Whether the verb fits the state that the run is in."""
    return run.status in EDGES[verb].sources


def refusal(run: HasStatus, *path: str) -> NotInProgress:
    """The refusal, with this path, of a verb that does not fit the state that the run is in."""
    label = Status(run.status).label
    return NotInProgress(_("The workflow of this object is in the state “%s”.") % label, path=path, status=run.status)


def check(verb: Verb, run: HasStatus, *path: str) -> None:
    """Raise NotInProgress, with this path, when the verb does not fit the state that the run is in."""
    if not fits(verb, run):
        raise refusal(run, *path)


def apply(verb: Verb, run: HasStatus) -> None:
    """Take the run along the verb's edge; raises NotInProgress when there is none from its state."""
    check(verb, run)
    run.status = EDGES[verb].target
