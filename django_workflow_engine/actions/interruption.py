"""Ctrl-C and SIGTERM in a process whose work is to run actions: it stops between two of them, or in one.

An action is broken off, because it may take long, and stays due; what is being written down is never broken off.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """Somebody ends this process; nothing that an action raises is this."""


class _State:
    """Whether an end was asked for, and whether what happens now may be broken off."""

    asked = False
    breakable = False


_state: Final = _State()


@contextmanager
def heeding_signals() -> Iterator[None]:
    """Have signals end what runs in this block by Interrupted; where threads are concerned only the main one can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _on_signal) for number in _SIGNALS}
    _state.asked = False
    try:
        yield
    finally:
        _state.asked = False
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


@contextmanager
def breakable() -> Iterator[None]:
    """Where a signal takes effect at once: a wait, or the function of an action."""
    _state.breakable = True
    try:
        stop_if_asked()
        yield
    finally:
        _state.breakable = False


def stop_if_asked() -> None:
    """Raise Interrupted when a signal came while nothing could be broken off."""
    if _state.asked:
        raise Interrupted


def _on_signal(number: int, frame: Any) -> None:
    _state.asked = True
    if _state.breakable:
        raise Interrupted
