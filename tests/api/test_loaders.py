"""Loaders of one request: who asks is answered, whoever else gave up before."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from gql_workflows.dataloaders.loader import Loader, Requests


@pytest.mark.parametrize("pause", range(4))
@pytest.mark.parametrize("turns", range(4))
def test_who_is_cancelled_at_any_turn_of_the_loop_takes_nobody_along(turns: int, pause: int) -> None:
    requests = Requests()
    loader: Loader[int] = Loader(requests, lambda keys: {key: key * 2 for key in keys})

    async def ask() -> int:
        async def first() -> int:
            return await loader.load(1)

        task = asyncio.create_task(first())
        for _turn in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        for _turn in range(pause):
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            found = await loader.load(2)
        with suppress(asyncio.CancelledError):
            await task
        return found

    assert asyncio.run(ask()) == 4


def test_what_is_wanted_together_is_read_together() -> None:
    requests, reads = Requests(), []

    def read(keys: object) -> dict[int, int]:
        reads.append(sorted(keys))  # type: ignore[call-overload]
        return {1: 1, 2: 2}

    loader: Loader[int] = Loader(requests, read)

    async def ask() -> list[int]:
        return await asyncio.gather(*(asyncio.create_task(_load(loader, key)) for key in (1, 2)))

    assert asyncio.run(ask()) == [1, 2]
    assert reads == [[1, 2]]


async def _load(loader: Loader[int], key: int) -> int:
    return await loader.load(key)
