"""Runs plans: asks every resolver that waits what it wants, reads all of it at once, and goes on."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

from gql_workflows.dataloaders import Loaders
from gql_workflows.dataloaders.loader import Keys, Wanted
from gql_workflows.execution.plans import NotPlain, Queue, Waiting, close


async def settle(waiting: Sequence[Waiting], loaders: Loaders) -> None:
    """Fill in what waits, level by level, with one batch for each loader and one hop to a thread at each level."""
    while waiting:
        with loaders.planning():
            waiting, keys = _ask(waiting)
        if keys:
            await loaders.read(keys)


def _ask(waiting: Sequence[Waiting]) -> tuple[list[Waiting], Keys]:
    """Let each resolver go on, up to what it wants next or to its value; who still waits, and for what.

    A value may bring resolvers of its own: they begin at once, so that one level asks with another.
    """
    asking: list[Waiting] = []
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
        close(ready)
        raise
    return asking, keys


def _go_on(one: Waiting, below: Queue) -> Wanted | None:
    """What the resolver wants; None when it has given its value, which is filled in and may add resolvers."""
    try:
        wanted = one.coroutine.send(None)
    except StopIteration as stop:
        one.row[one.name] = one.complete(stop.value, below)
        return None
    if not isinstance(wanted, Wanted):
        raise NotPlain
    return wanted
