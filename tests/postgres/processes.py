"""Calls at the same moment, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from multiprocessing import get_context
from typing import Any

from tests.postgres.worker import SECONDS, serve

PROCESSES = 6
Call = Callable[[], Any]  # a partial of a service: it travels to the worker, and its result or error back


class Processes:
    """Worker processes that stay alive and begin every round together."""

    def __init__(self, database: str) -> None:
        context = get_context("spawn")
        self._start = context.Barrier(PROCESSES)  # kept: a worker that is just being born still looks it up by name
        pairs = [context.Pipe() for _ in range(PROCESSES)]
        self._pipes = [ours for ours, _theirs in pairs]
        self._workers = [
            context.Process(target=serve, args=(database, theirs, self._start), daemon=True) for _ours, theirs in pairs
        ]
        for worker in self._workers:
            worker.start()
        for _ours, theirs in pairs:
            theirs.close()  # now a worker that dies is an EOFError here

    def run(self, rounds: Sequence[Sequence[Call]]) -> list[list[Any]]:
        """What each call of each round returned or raised; the calls of one round are let go together."""
        if not rounds:
            return []
        padded = [[*calls, *[None] * (PROCESSES - len(calls))] for calls in rounds]
        for pipe, calls in zip(self._pipes, zip(*padded, strict=True), strict=True):
            pipe.send(calls)
        answers = [self._receive(pipe, len(rounds)) for pipe in self._pipes]
        by_round = zip(*answers, strict=True)
        return [list(results[: len(calls)]) for calls, results in zip(rounds, by_round, strict=True)]

    def close(self) -> None:
        """End the workers."""
        for pipe in self._pipes:
            pipe.send(None)
        for worker in self._workers:
            worker.join(SECONDS)

    def _receive(self, pipe: Any, rounds: int) -> list[Any]:
        if not pipe.poll(SECONDS + rounds):
            raise TimeoutError("A worker process is stuck.")
        received: list[Any] = pipe.recv()
        return received
