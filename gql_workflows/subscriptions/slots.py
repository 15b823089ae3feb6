"""How many connections and operations are open in this process, and whose: what is beyond a limit takes no slot."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gql_workflows import conf
from gql_workflows.http.refusals import Refused

TOO_MANY: Final = 429


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How many slots there are of one kind for one owner, and what is said to whoever comes when all are taken."""

    kind: str
    owner: str
    most: int
    refusal: str


class Slots:
    """Counts the slots that are taken, by kind and owner."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[tuple[str, str]] = Counter()

    def take(self, *limits: Limit) -> Slot:
        """Take one slot under each limit; raises Refused where one of them has no room, and takes none then."""
        with self._lock:
            for limit in limits:
                if self._taken[limit.kind, limit.owner] >= limit.most:
                    raise Refused(TOO_MANY, limit.refusal)
            self._taken.update((limit.kind, limit.owner) for limit in limits)
        return Slot(self, limits)

    def give_back(self, limits: Sequence[Limit]) -> None:
        """Count one slot under each limit as free."""
        with self._lock:
            self._taken.subtract((limit.kind, limit.owner) for limit in limits)
            self._taken = +self._taken  # nothing is kept of those who have nothing open

    def taken(self) -> dict[tuple[str, str], int]:
        """How many slots are taken, by kind and owner."""
        with self._lock:
            return dict(+self._taken)


class Slot:
    """Slots that were taken together, until they are free."""

    def __init__(self, slots: Slots, limits: Sequence[Limit]) -> None:
        self._slots, self._limits = slots, limits

    def free(self) -> None:
        """Give the slots back; a second time changes nothing."""
        limits, self._limits = self._limits, ()
        if limits:
            self._slots.give_back(limits)


slots = Slots()


def owner_of(viewer: Any, request: HttpRequest) -> str:
    """Whose a connection is: the user's, else of the address that it comes from."""
    return f"user {viewer.pk}" if viewer is not None else f"address {request.META.get('REMOTE_ADDR', '')}"


def of_connection(viewer: Any, request: HttpRequest) -> list[Limit]:
    """The limits of a connection of this user's; or of nobody's, where nobody has signed in on it."""
    owner, limits = owner_of(viewer, request), conf.subscriptions()
    if viewer is not None:
        most, refusal = limits.max_connections_per_user, _("You have as many connections open as you may have.")
        return [Limit(kind="connections", owner=owner, most=most, refusal=refusal)]
    most, refusal = limits.max_connections_per_address, _("Too many connections are open on which nobody signed in.")
    return [
        Limit(kind="connections", owner=owner, most=most, refusal=refusal),
        Limit(kind="connections", owner="nobody", most=limits.max_anonymous_connections, refusal=refusal),
    ]


def of_operation(owner: str) -> Limit:
    """The limit of this owner's operations, over all connections."""
    refusal = _("You have as many operations open as you may have.")
    return Limit(kind="operations", owner=owner, most=conf.subscriptions().max_per_user, refusal=refusal)
