"""What a function returns: a failure is taken back, work that nobody did is one, and what cannot be kept is done."""

from __future__ import annotations

import functools
from itertools import starmap
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.db import connection
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy

from django_workflow_engine.actions.runner import attempt
from django_workflow_engine.models import ActionRun
from tests.engine.actions.firing import answered_by, kept, running
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db


class Unreadable:
    """A value whose text cannot be made."""

    def __repr__(self) -> str:
        raise KeyboardInterrupt


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


RESULTS: dict[str, Any] = {
    "unreadable": Unreadable(),
    "unreadable inside": {"a": [Unreadable()]},
    "lazy failure": SimpleLazyObject(lambda: User.objects.get(username="nobody")),
    "broken query": User.objects.extra(where=["nothing = nowhere"]),
    "huge number": 10**5000,
    "not a number": {"a": float("nan")},
    "null": "a\x00b",
    "surrogate": {"\ud800": "\udfff"},
    "deep": nested(3000),
    "euro": "5 €",
    "too deep for Python": nested(200_000),
    "large": "x" * 1_000_000,
    "bytes": b"\xff\x00",
    "a cycle": {},
    "lazy text": gettext_lazy("Approved"),
    "large number": 10**4000,
}
RESULTS["a cycle"]["itself"] = RESULTS["a cycle"]
chosen: list[str] = []


def write_and_return(workflow_attachment):
    """Write a row and return something odd."""
    Document.objects.create(title="Written")
    return RESULTS[chosen[-1]]


def fail_in_euro(workflow_attachment):
    raise ValueError("5 € are missing")


def write_and_refuse(workflow_attachment):
    Document.objects.create(title="Left behind")
    return False


async def wait(workflow_attachment):
    return "waited for"


def through(function):
    """A decorator that knows nothing of asynchronous functions."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        return function(*args, **kwargs)

    return call


def waiting(function):
    """A decorator that waits by itself."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        return async_to_sync(function)(*args, **kwargs)

    return call


class Waiter:
    async def __call__(self, workflow_attachment):
        return "waited for"


decorated, awaited = through(wait), waiting(wait)
partial = functools.partial(wait)
waiter = Waiter()


def return_coroutine(workflow_attachment):
    return wait(workflow_attachment)


def return_starmap(workflow_attachment):
    return starmap(print, [("never",)])


def return_coroutines_by_name(workflow_attachment):
    return {"mail": wait(workflow_attachment)}


def return_lists_of_coroutines(workflow_attachment):
    return [[wait(workflow_attachment)]]


def return_coroutines(workflow_attachment):
    return [wait(workflow_attachment), wait(workflow_attachment)]


def generate(workflow_attachment):
    Document.objects.create(title="Never")
    yield 1


async def generate_asynchronously(workflow_attachment):
    yield 1


async def return_generator(workflow_attachment):
    return (number for number in [1])


def return_map(workflow_attachment):
    return map(str, [1])


def written() -> int:
    return Document.objects.filter(title__in=["Written", "Left behind"]).count()


@pytest.mark.parametrize("name", RESULTS)
def test_what_cannot_be_kept_is_done_with_a_note_and_is_never_done_again(name, fire):
    chosen.append(name)
    with answered_by("write_and_return", module=__name__):
        (run,) = fire(running())
        assert attempt(run.pk) is None
    assert (run.status, run.attempts, run.last_error, written()) == ("succeeded", 1, "", 1)
    assert run.returned


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("unreadable", "The result could not be kept (KeyboardInterrupt)."),
        ("lazy failure", "The result could not be kept (DoesNotExist)."),
        ("huge number", "The result could not be kept (ValueError)."),
        ("lazy text", "Approved"),
        ("not a number", "{'a': nan}"),
    ],
)
def test_the_note_says_what_was_the_matter(name, note, fire):
    chosen.append(name)
    with answered_by("write_and_return", module=__name__):
        (run,) = fire(running())
    assert run.returned == note


TRIGGER = """
CREATE TRIGGER takes_plain_letters_alone BEFORE UPDATE ON django_workflow_engine_actionrun
WHEN NEW.returned LIKE '%u20ac%' OR NEW.last_error LIKE '%€%'
BEGIN SELECT RAISE(ABORT, 'This database knows no such letter'); END
"""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the trigger is SQLite's")
@pytest.mark.parametrize(
    ("function", "status", "returned", "error"),
    [
        ("write_and_return", "succeeded", "The result could not be kept.", ""),
        ("fail_in_euro", "failed", None, "ValueError: 5 \\u20ac are missing"),
    ],
)
def test_what_the_database_refuses_is_replaced_by_what_it_takes(function, status, returned, error, fire):
    with connection.cursor() as cursor:
        cursor.execute(TRIGGER)
    chosen.append("euro")
    with answered_by(function, module=__name__):
        (run,) = fire(running())
    assert (run.status, run.attempts, run.returned, run.last_error) == (status, 1, returned, error)


def test_false_takes_back_what_was_written_at_every_attempt(fire):
    with answered_by("write_and_refuse", module=__name__):
        (run,) = fire(running())
        for _ in range(4):
            ActionRun.objects.update(next_attempt_at=run.created_at)
            attempt(run.pk)
    assert kept("status", "attempts", "returned", "last_error") == [
        ("incident", 5, False, "The function returned False.")
    ]
    assert written() == 0


@pytest.mark.parametrize("function", ["wait", "decorated", "awaited", "partial", "waiter"])
def test_what_is_asynchronous_is_waited_for_whatever_is_wrapped_around_it(function, fire):
    with answered_by(function, module=__name__):
        (run,) = fire(running())
    assert (run.status, run.returned, run.last_error) == ("succeeded", "waited for", "")


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        ("return_coroutine", "coroutine"),
        ("return_coroutines", "list"),
        ("generate", "generator"),
        ("generate_asynchronously", "async_generator"),
        ("return_generator", "generator"),
        ("return_map", "map"),
        ("return_starmap", "starmap"),
        ("return_coroutines_by_name", "dict"),
        ("return_lists_of_coroutines", "list"),
    ],
)
@pytest.mark.filterwarnings("ignore:coroutine 'wait' was never awaited")
def test_work_that_was_never_done_is_a_failure(function, kind, fire):
    with answered_by(function, module=__name__):
        (run,) = fire(running())
    assert (run.status, run.last_error) == (
        "failed",
        f"TypeError: The function returned work that was never done: {kind}.",
    )
