"""Streams share few threads: how many there are at once, whose turn it is, and what a stream holds while it waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from gql_workflows.subscriptions.threads import rest, stream_thread

NAME = "workflow-streams"
PATIENCE = 20


@pytest.fixture(autouse=True)
def two_threads(settings: Any) -> None:
    settings.GQL_WORKFLOWS = {"SUBSCRIPTIONS": {"THREADS": 2}}


def running() -> int:
    return sum(thread.name == NAME for thread in threading.enumerate())


class Reads:
    """Reads that streams make, which wait in their threads until they may go on."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.at_once: list[int] = []
        self.threads: set[int] = set()
        self.go = threading.Event()

    def read(self, owner: str) -> None:
        self.at_once.append(running())
        assert self.go.wait(PATIENCE)
        self.order.append(owner)
        self.threads.add(threading.get_ident())

    async def stream(self, owner: str, *, times: int = 1) -> None:
        with stream_thread(owner):
            for _ in range(times):
                await sync_to_async(self.read)(owner)

    async def begun(self, count: int) -> None:
        """Wait until so many reads have begun, and nothing else happens."""
        while len(self.at_once) < count:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)


def play(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it as a server would: no synchronous code waits for it."""
    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))


def test_many_streams_that_wake_up_at_once_share_the_threads() -> None:
    reads = Reads()

    async def scenario() -> None:
        streams = [asyncio.create_task(reads.stream(f"user {number % 5}")) for number in range(200)]
        await reads.begun(2)
        assert (len(reads.at_once), running()) == (2, 2)
        reads.go.set()
        await asyncio.gather(*streams)

    play(scenario)
    assert len(reads.order) == 200
    assert max(reads.at_once) == 2


def test_owners_take_turns_however_many_streams_one_of_them_has() -> None:
    reads = Reads()

    async def scenario() -> None:
        many = [asyncio.create_task(reads.stream("many")) for _ in range(100)]
        await reads.begun(1)
        few = [asyncio.create_task(reads.stream(owner)) for owner in ("one", "other")]
        await reads.begun(2)
        reads.go.set()
        await asyncio.gather(*many, *few)

    play(scenario)
    assert sorted(reads.order[:5]).count("many") <= 3
    assert {"one", "other"} <= set(reads.order[:5])
    assert reads.order.count("many") == 100


def test_one_owner_never_has_all_the_threads() -> None:
    reads = Reads()

    async def scenario() -> None:
        many = [asyncio.create_task(reads.stream("many")) for _ in range(10)]
        await reads.begun(1)
        assert len(reads.at_once) == 1
        one = asyncio.create_task(reads.stream("one"))
        await reads.begun(2)
        reads.go.set()
        await asyncio.gather(*many, one)

    play(scenario)


def test_the_only_thread_is_for_everybody(settings: Any) -> None:
    settings.GQL_WORKFLOWS = {"SUBSCRIPTIONS": {"THREADS": 1}}
    reads = Reads()
    reads.go.set()

    async def scenario() -> None:
        await asyncio.gather(*(reads.stream(owner, times=3) for owner in ("many", "many", "one")))

    play(scenario)
    assert len(reads.order) == 9
    assert set(reads.at_once) == {1}


def test_a_turn_is_in_one_thread_until_the_stream_rests() -> None:
    threads = []

    async def scenario() -> None:
        with stream_thread("one"):
            for _ in range(3):
                threads.append(await sync_to_async(threading.get_ident)())
                await asyncio.sleep(0.01)
            assert running() == 1
            rest()
            while running():
                await asyncio.sleep(0.01)
            assert await sync_to_async(lambda: threading.current_thread().name)() == NAME

    play(scenario)
    assert len(set(threads)) == 1


def test_streams_that_end_before_their_turn_leave_nothing_behind() -> None:
    reads = Reads()

    async def scenario() -> None:
        first = asyncio.create_task(reads.stream("one"))
        await reads.begun(1)
        waiting = [asyncio.create_task(reads.stream("one")) for _ in range(50)]
        await asyncio.sleep(0.05)
        for task in waiting:
            task.cancel()
        for task in waiting:
            with suppress(asyncio.CancelledError):
                await task
        reads.go.set()
        await first
        while running():
            await asyncio.sleep(0.01)

    play(scenario)
    assert reads.order == ["one"]


def test_what_a_stream_reads_may_fail_and_the_thread_goes_on() -> None:
    def fail() -> None:
        raise RuntimeError("no")

    async def scenario() -> None:
        with stream_thread("one"):
            with pytest.raises(RuntimeError, match="no"):
                await sync_to_async(fail)()
            assert await sync_to_async(lambda: 1)() == 1

    play(scenario)
