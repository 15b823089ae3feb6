"""Threads of streams: however many wake up at once, few read at a time, and their owners take turns.

What a stream calls synchronously runs in one thread from its first call until it rests: while it waits for news, for
the channel layer or for its client. In between it holds neither a thread nor a database connection. Requests over
HTTP have threads of their own, and wait for no stream.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from asgiref.sync import SyncToAsync, ThreadSensitiveContext
from django.db import connections

from django_workflow_engine.transactions import read_where_it_is_written
from gql_workflows import conf

logger = logging.getLogger(__name__)


def release() -> None:
    """Give back the connections of this thread; one inside a transaction is somebody else's."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


class Turn:
    """What one stream calls until it rests, in the order of its calls."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def add(self, call: Callable[[], None]) -> None:
        """Have the thread of this turn call it."""
        self._calls.put(call)

    def end(self) -> None:
        """Let the thread go as soon as it has called everything."""
        self._calls.put(None)

    def run(self) -> None:
        """Call everything, and leave no connection behind."""
        try:
            while (call := self._calls.get()) is not None:
                call()
        finally:
            release()


class Turns:
    """Gives turns to a bounded number of threads.

    The owners that wait are served one after the other, each with one turn, so that nobody's thousand streams are
    before somebody else's one; and one thread is kept free of any single owner, for slow turns.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, deque[Turn]] = OrderedDict()
        self._running: Counter[str] = Counter()
        self._threads = 0

    def begin(self, turn: Turn) -> None:
        """Run the turn when it is its owner's."""
        with self._lock:
            self._waiting.setdefault(turn.owner, deque()).append(turn)
            if self._threads >= conf.subscriptions().threads:
                return
            self._threads += 1
        threading.Thread(target=self._work, name="workflow-streams", daemon=True).start()

    def forget(self, turn: Turn) -> None:
        """Take a turn that has not begun, and whose stream is over, out of those that wait."""
        with self._lock:
            turns = self._waiting.get(turn.owner, deque())
            if turn in turns:
                turns.remove(turn)
                self._drop_if_empty(turn.owner)

    def _work(self) -> None:
        """Run turns as long as there are any: a thread that has nothing to do ends."""
        while (turn := self._next()) is not None:
            try:
                turn.run()
            except Exception:  # a database's driver of any make, as it closes: this thread has further turns
                logger.exception("The connections of a stream could not be given back")
            finally:
                with self._lock:
                    self._running[turn.owner] -= 1

    def _next(self) -> Turn | None:
        with self._lock:
            most = max(1, conf.subscriptions().threads - 1)
            owner = next((owner for owner in self._waiting if self._running[owner] < most), None)
            if owner is None:
                self._threads -= 1
                return None
            turn = self._waiting[owner].popleft()
            self._waiting.move_to_end(owner)
            self._drop_if_empty(owner)
            self._running = +self._running  # without those who have no turn any more
            self._running[owner] += 1
            return turn

    def _drop_if_empty(self, owner: str) -> None:
        if not self._waiting[owner]:
            del self._waiting[owner]


turns = Turns()


class StreamThread(Executor):
    """The thread of one stream, as `sync_to_async` sees it: another one in each turn, and none between them."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._turn: Turn | None = None

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call the function in this stream's turn, which begins with the first call."""
        future: Future[Any] = Future()
        call = partial(_call, future, partial(function, *args, **kwargs))
        if self._turn is None:
            self._turn = Turn(self._owner)
            self._turn.add(call)
            turns.begin(self._turn)
        else:
            self._turn.add(call)
        return future

    def rest(self) -> None:
        """End the turn; the next call begins another one."""
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.end()
            turns.forget(turn)


def _call(future: Future[Any], function: Callable[[], Any]) -> None:
    """Call the function unless nobody waits for it any more."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = function()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)


_current: ContextVar[StreamThread] = ContextVar("stream_thread")


@contextmanager
def stream_thread(owner: str) -> Iterator[None]:
    """Have this task, and those that it begins, call everything synchronous in the turns of a stream of this owner.

    The task is the stream's own: nothing is put back at the end. Where synchronous code waits for the task, its
    thread stays the one that is used, as everywhere with `sync_to_async`. All of it reads where it is written: news of
    a change are no use to whoever reads a replica that does not have it yet.
    """
    read_where_it_is_written()
    thread, context = StreamThread(owner), ThreadSensitiveContext()
    SyncToAsync.context_to_thread_executor[context] = thread
    SyncToAsync.thread_sensitive_context.set(context)
    _current.set(thread)
    try:
        yield
    finally:
        thread.rest()


def rest() -> None:
    """Hold no thread and no connection from here to the next synchronous call: before anything that may take long."""
    thread = _current.get(None)
    if thread is not None:
        thread.rest()


def end_thread_of_request() -> None:
    """Let the idle thread of an HTTP request go, which would stay as long as its answer takes; the next call makes one.

    To be called when its connections have been given back.
    """
    context = SyncToAsync.thread_sensitive_context.get(None)
    executor = SyncToAsync.context_to_thread_executor.pop(context, None) if context is not None else None
    if executor is not None:
        executor.shutdown(wait=False)
