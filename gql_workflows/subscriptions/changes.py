"""Waiting for news: however much there is, a subscription that is busy finds one flag, and reads the state once.

While the layer is away there is none: subscriptions go on, and look for themselves as often as the settings say.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final
from weakref import WeakSet

from django.utils.translation import gettext as _

from gql_workflows.errors import Unavailable
from gql_workflows.subscriptions import layers, threads

logger = logging.getLogger(__name__)
_open: WeakSet[Changes] = WeakSet()  # what this process listens to

_PAUSE_SECONDS: Final = 5  # after a layer could not be read from


class Changes:
    """The topics that there was news of since the last time somebody waited for it."""

    def __init__(self, layer: Any, names: Sequence[str]) -> None:
        self._layer, self._names = layer, names
        self._channel: str | None = None
        self._joined = False
        self._news = asyncio.Event()
        self._seen: set[str] = set()
        self._ended = False
        self._collecting: asyncio.Task[None] | None = None

    async def wait(self, seconds: float) -> set[str]:
        """The topics that there was news of, as soon as there is any; empty after so many seconds without.

        Raises Unavailable when the server stops.
        """
        threads.rest()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        if self._ended:
            raise Unavailable(_("The server stops. Subscribe again in a few seconds."))
        self._news.clear()
        seen, self._seen = self._seen, set()
        if not seen:
            await self.join()
        return seen

    def end(self) -> None:
        """Have whoever waits hear that the server stops."""
        self._ended = True
        self._news.set()

    async def join(self) -> None:
        """Have the layer send the news of the topics; again now and then, because a layer forgets after a day."""
        threads.rest()
        await self._join()
        if self._collecting is None:
            self._collecting = asyncio.create_task(self._collect())

    async def _join(self) -> None:
        try:
            if self._channel is None:
                self._channel = await self._layer.new_channel()
            for name in self._names:
                await self._layer.group_add(name, self._channel)
            self._joined = True
        except Exception as error:  # a layer of any make
            self._joined = False
            logger.warning("A subscription gets no news for now: %s: %s", type(error).__name__, error)

    async def follow(self, names: Iterable[str]) -> bool:
        """Listen to these topics, too; whether one of them is new, so that its news was missed until now."""
        new = [name for name in names if name not in self._names]
        if new:
            self._names = [*self._names, *new]
            await self.join()
        return bool(new)

    async def leave(self) -> None:
        """Have the layer send nothing more."""
        threads.rest()
        try:
            for name in self._names if self._channel is not None else ():
                await self._layer.group_discard(name, self._channel)
        except Exception as error:  # a layer of any make: it forgets the channel by itself
            logger.warning("A channel could not be taken out of its topics: %s: %s", type(error).__name__, error)
        if self._collecting is not None:
            self._collecting.cancel()
            await asyncio.wait({self._collecting})

    async def _collect(self) -> None:
        """Empty the channel as fast as the layer fills it, so that nothing piles up behind a slow client."""
        while True:
            while not self._joined:
                await asyncio.sleep(_PAUSE_SECONDS)
                await self._join()
                if self._joined:
                    self._news.set()  # of what was missed: the state is looked at
            try:
                message = await self._layer.receive(self._channel)
            except Exception as error:  # a layer of any make
                logger.warning("A subscription could not hear of news: %s: %s", type(error).__name__, error)
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            self._seen.add(message["topic"])
            self._news.set()


@asynccontextmanager
async def listening(*names: str) -> AsyncIterator[Changes]:
    """Listen to these topics: every change that is committed after entering becomes news."""
    layer = layers.required_layer()
    threads.rest()
    changes = Changes(layer, names)
    _open.add(changes)
    try:
        await changes.join()
        yield changes
    finally:
        await changes.leave()


def end_all() -> None:
    """End every subscription of this process, for it is about to stop; to be called in its event loop."""
    for changes in list(_open):
        changes.end()
