"""A time limit on one call: the caller stops waiting, and what the call did to the database is taken back."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from threading import Lock, Thread
from typing import Any

from django.db import connections
from django.utils import translation
from django.utils.translation import gettext as _


class TimeLimitExceeded(Exception):
    """The call was not finished in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(_("It was not finished after %s seconds.") % seconds)


class TimeLimit:
    """One call in a thread of its own, with a database connection of its own.

    Python cannot end a thread: a call that exceeds the limit is abandoned and runs on until it ends by itself or the
    process does. Its transaction is rolled back then, because it asks `confirm` before it commits; what it did
    outside of the database stays.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._lock = Lock()
        self._confirmed = self._abandoned = False
        self._value: Any = None
        self._error: BaseException | None = None

    def run(self, call: Callable[[], Any]) -> Any:
        """What the call returns or raises; raises TimeLimitExceeded when it was not finished in time."""
        work = (self._work, call, translation.get_language())
        thread = Thread(target=copy_context().run, args=work, name="workflow-action", daemon=True)
        thread.start()
        try:
            thread.join(self.seconds)
        except BaseException:  # the process is to end: what has not begun to commit will not
            if self._abandon():
                raise
        if thread.is_alive() and self._abandon():
            raise TimeLimitExceeded(self.seconds)
        thread.join()
        if self._error is not None:
            raise self._error
        return self._value

    def confirm(self) -> None:
        """Called by the thread when all is done but the commit; raises TimeLimitExceeded when nobody waits any more."""
        with self._lock:
            if self._abandoned:
                raise TimeLimitExceeded(self.seconds)
            self._confirmed = True

    def _abandon(self) -> bool:
        """Keep the call from committing; False when it has begun to, and will be done in a moment."""
        with self._lock:
            self._abandoned = not self._confirmed
            return self._abandoned

    def _work(self, call: Callable[[], Any], language: str | None) -> None:
        try:
            with translation.override(language):
                self._value = call()
        except BaseException as error:
            self._error = error
        finally:
            connections.close_all()
