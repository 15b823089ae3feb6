"""What a replay asks of an engine, by whatever door: the API, or the services in Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.auth.models import User

from examples.replay.description import Asked
from examples.replay.history import Act
from examples.replay.models import Request


class Refused(Exception):
    """The engine did not do what the log says; the text is what it said."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Somebody who is asked now."""

    id: Any
    role: str
    username: str


@dataclass(frozen=True, kw_only=True)
class State:
    """A run as it stands: its id, its status in capitals, and who is asked."""

    id: Any
    status: str
    seats: Sequence[Seat]


class Door(Protocol):
    """Each call is made by one person, and gives the run as it stands then; raises Refused."""

    def publish(self, name: str, stages: Sequence[Asked], *, by: User) -> None:
        """Make the template of a process, and the rule that its requests take it."""

    def submit(self, request: Request, *, by: User) -> State:
        """Send a new request through its process."""

    def submit_again(self, state: State, *, by: User) -> State:
        """Send a rejected request again."""

    def approve(self, seat: Seat, *, by: User) -> State:
        """Approve as who is asked."""

    def reject(self, seat: Seat, *, by: User) -> State:
        """Reject as who is asked."""

    def cancel(self, state: State, *, by: User, reason: str) -> State:
        """End the run."""

    def trail(self, state: State, *, by: User) -> list[Act]:
        """The history that the engine has of the request."""
