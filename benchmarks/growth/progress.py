"""How far something is, as one line that a terminal writes over, and as few lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time


class Progress:
    """Counts what is done, from any thread."""

    def __init__(self, name: str, total: int) -> None:
        self._name, self._total, self._done = name, total, 0
        self._began = time.monotonic()
        self._told = 0
        self._lock = threading.Lock()

    def advance(self, number: int) -> None:
        """Count more of them, and tell it: each time on a terminal, at every tenth part elsewhere."""
        with self._lock:
            self._done += number
            tenth = 10 * self._done // max(self._total, 1)
            if sys.stderr.isatty() or tenth > self._told:
                self._told = tenth
                self._tell()

    def _tell(self) -> None:
        ends = "\n" if self._done >= self._total or not sys.stderr.isatty() else "\r"
        seconds = time.monotonic() - self._began
        line = f"{self._name}: {self._done:,} of {self._total:,}, {seconds:.0f} s"
        print(f"{line:<60}", end=ends, file=sys.stderr, flush=True)
