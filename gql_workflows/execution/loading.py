"""Runs plans: asks every resolver that waits what it wants, has all of it read at once, and goes on."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

from gql_workflows.dataloaders.loader import Keys, LoadRequest, in_plan
from gql_workflows.execution.plans import NotPlain, PendingField, Queue


class PlanRun:
    """Fills in what waits in one completed value; what fails in it leaves other values alone."""

    def __init__(self, waiting: Sequence[PendingField]) -> None:
        self._waiting = waiting
        self.failure: Exception | None = None

    def step(self) -> Keys:
        """Let each resolver go on, up to what it wants next or to its value, which may bring resolvers of its own."""
        token = in_plan.set(True)
        try:
            self._waiting, keys = _ask(self._waiting)
        except Exception as error:  # whatever it is: graphql-core meets it again, and reports it as it should be
            self.failure = error
            return {}
        finally:
            in_plan.reset(token)
        return keys


def _ask(waiting: Sequence[PendingField]) -> tuple[list[PendingField], Keys]:
    """Who still waits, and for what; values that are complete are filled in."""
    asking: list[PendingField] = []
    keys: Keys = defaultdict(set)
    ready = deque(waiting)
    try:
        while ready:
            wanted = _go_on(ready[0], ready)
            one = ready.popleft()
            if wanted is not None:
                asking.append(one)
                keys[wanted.loader].update(wanted.keys)
    except BaseException:
        for one in (*ready, *asking):
            one.close()
        raise
    return asking, keys


def _go_on(one: PendingField, below: Queue) -> LoadRequest | None:
    """What the resolver wants; None when it has given its value, which is filled in and may add resolvers."""
    try:
        wanted = one.go_on()
    except StopIteration as stop:
        one.row[one.name] = one.complete(stop.value, below)
        return None
    if not isinstance(wanted, LoadRequest):
        raise NotPlain
    return wanted
