"""Refusals of several objects at once: whoever tries them together hears of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from django_workflow_engine.errors import WorkflowError

One = TypeVar("One")


class Refused(Exception):
    """What some of the objects of a call are refused for, by their places in it; nothing was kept for the others.

    Whoever called a verb for one object gets the error itself.
    """

    def __init__(self, errors: Mapping[int, WorkflowError]) -> None:
        super().__init__(f"{len(errors)} refused")
        self.errors = errors


def check_none(errors: Mapping[int, WorkflowError]) -> None:
    """Raise Refused unless there is no refusal."""
    if errors:
        raise Refused(errors)


def each(ones: Iterable[One], call: Callable[[One], None]) -> None:
    """Call it with each of them; raises Refused with everything that it raised."""
    errors: dict[int, WorkflowError] = {}
    for index, one in enumerate(ones):
        try:
            call(one)
        except WorkflowError as error:
            errors[index] = error
    check_none(errors)


@contextmanager
def one_refusal() -> Iterator[None]:
    """Raise what the one object of a call is refused for."""
    try:
        yield
    except Refused as refused:
        (error,) = refused.errors.values()
        raise error from error.__cause__
