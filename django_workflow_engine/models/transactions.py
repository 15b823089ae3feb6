"""One verb, one transaction; what the database refuses for others' sake is tried again, and then told as a conflict."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from django.db import Error, IntegrityError, OperationalError, connections, router, transaction
from django.utils.translation import gettext as _

from django_workflow_engine.errors import Conflict
from django_workflow_engine.models.attachments import WorkflowAttachment

logger = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

ATTEMPTS: Final = 4
_PAUSE_SECONDS: Final = 0.02  # after the first attempt; twice as long after each further one, by chance a little less

# Deadlock, serialization failure and a lock that was waited for too long, as PostgreSQL and MySQL number them.
_STATES: Final = frozenset({"40P01", "40001", "55P03"})
_NUMBERS: Final = frozenset({1205, 1213})


def verb(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """The function in a transaction, which is tried again when it met others at work.

    A deadlock, a serialization failure, a lock that is not to be had and a row that was deleted meanwhile undo the
    transaction. Where it is the outermost one it is begun anew, a bounded number of times; where it is part of a
    caller's, that is the caller's to do. Raises Conflict when it did not come through.
    """

    @wraps(function)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        alias = router.db_for_write(WorkflowAttachment)
        attempts = 1 if connections[alias].in_atomic_block else ATTEMPTS
        for attempt in range(1, attempts + 1):
            try:
                with transaction.atomic(using=alias):
                    return function(*args, **kwargs)
            except (OperationalError, IntegrityError) as error:
                if not is_passing(error):
                    raise
                if attempt == attempts:
                    raise Conflict(_("Others were at work on the same rows; try again.")) from error
                logger.info("%s is tried again: %s", function.__name__, error)
                time.sleep(_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1))  # two that met part ways
        raise AssertionError("the last attempt returns or raises")

    return call


def is_passing(error: Error) -> bool:
    """Whether the database refused what it may take the next time."""
    cause = error.__cause__
    if isinstance(error, IntegrityError):
        return _names_a_row_that_is_gone(cause)
    number = cause.args[0] if cause is not None and cause.args else None
    return getattr(cause, "sqlstate", None) in _STATES or number in _NUMBERS or "database is locked" in str(error)


def _names_a_row_that_is_gone(cause: BaseException | None) -> bool:
    """Whether a foreign key was refused: it was read, and deleted before the commit."""
    number = cause.args[0] if cause is not None and cause.args else None
    return getattr(cause, "sqlstate", None) == "23503" or number == 1452 or "FOREIGN KEY constraint" in str(cause)
