"""The people of a walk-through, each signed in by themselves, and what is expected of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gql_workflows.demo.client import Client

Say = Callable[[str], None]


class Surprise(Exception):
    """Something came out differently from what the walk-through expects."""


def expect(what: str, actual: Any, expected: Any) -> None:
    """Raise Surprise unless both are equal."""
    if actual != expected:
        raise Surprise(f"{what}: expected {expected!r}, got {actual!r}")


class Sessions:
    """One company at work: each person is a session of their own."""

    def __init__(self, url: str, seed: dict[str, Any]) -> None:
        self._url, self.seed = url, seed
        self._passwords = {user["username"]: user["password"] for user in seed["users"]}
        self._clients: dict[str, Client] = {}

    def person(self, username: str) -> Client:
        """The session of this person, opened at first use."""
        if username not in self._clients:
            self._clients[username] = Client(self._url, username, self._passwords[username])
        return self._clients[username]

    def id_of(self, username: str) -> str:
        """The global id of this person, as they see it themselves."""
        return str(self.person(username).run("{ viewer { user { id } } }")["viewer"]["user"]["id"])

    def close(self) -> None:
        """Drop all connections."""
        for client in self._clients.values():
            client.close()


@contextmanager
def sessions_with(url: str, seed: dict[str, Any]) -> Iterator[Sessions]:
    """Sessions that end with the block."""
    sessions = Sessions(url, seed)
    try:
        yield sessions
    finally:
        sessions.close()
