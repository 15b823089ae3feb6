"""Whatever a function raises: it is kept, the decision stands, and nobody else hears of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import override_settings

from django_workflow_engine.actions.runner import run_due
from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.services import approve_step
from tests.engine.actions.firing import answered_by, attach, enqueue, kept, running, template
from tests.runs import seat
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db


class Speechless(Exception):
    def __str__(self) -> str:
        raise RuntimeError("No words")

    __repr__ = __str__


class Mute(BaseException):
    def __str__(self) -> str:
        raise KeyboardInterrupt


class Wordless(Exception):
    def __str__(self) -> str:
        return None  # type: ignore[return-value]


class Unreadable(Exception):
    @property
    def __notes__(self) -> list[str]:
        raise RuntimeError("No notes")


RAISED = {
    "cancelled": (asyncio.CancelledError("gone"), "CancelledError: gone"),
    "interrupted": (KeyboardInterrupt(), "KeyboardInterrupt: "),
    "closed": (GeneratorExit(), "GeneratorExit: "),
    "exited": (SystemExit(3), "SystemExit: 3"),
    "speechless": (Speechless(), "Speechless, whose message could not be read (RuntimeError)."),
    "mute": (Mute(), "Mute, whose message could not be read (KeyboardInterrupt)."),
    "wordless": (Wordless(), "Wordless, whose message could not be read (TypeError)."),
    "unreadable": (Unreadable("gone"), "Unreadable: gone"),
    "half": (ValueError("a\ud800\x00b"), "ValueError: a?b"),
    "long": (ValueError("x" * 1_000_000), "ValueError: " + "x" * 9_988),
}
chosen: list[str] = []


def write_and_raise(workflow_attachment):
    Document.objects.create(title="Left behind")
    raise RAISED[chosen[-1]][0]


async def raise_later(workflow_attachment):
    await asyncio.sleep(0)
    raise asyncio.CancelledError("gone")


def leave_open(workflow_attachment):
    """Open a block of a transaction and never leave it."""
    transaction.atomic().__enter__()
    Document.objects.create(title="Left behind")


def fine(workflow_attachment):
    return "fine"


@pytest.mark.parametrize("name", RAISED)
@pytest.mark.parametrize("limit", [None, 20])
@pytest.mark.django_db(transaction=True)
def test_the_decision_stands_and_the_caller_hears_nothing(name, limit, caplog):
    chosen.append(name)
    attachment = attach(template())
    user = attachment.started_by
    later = []
    engine = override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_TIMEOUT_SECONDS": limit})
    with engine, answered_by("write_and_raise", "fine", module=__name__), transaction.atomic():
        approve_step(step_id=seat(attachment.target, user).pk, actor=user)
        transaction.on_commit(lambda: later.append("called"))
    assert later == ["called"]
    assert WorkflowEvent.objects.filter(kind="approved").count() == 1
    assert kept("status", "last_error") == [("failed", RAISED[name][1]), ("succeeded", "")]
    assert not Document.objects.filter(title="Left behind").exists()


def test_an_asynchronous_function_that_is_cancelled_is_a_failure(fire):
    with answered_by("raise_later", module=__name__):
        (run,) = fire(running())
    assert (run.status, run.last_error) == ("failed", "CancelledError: gone")


@pytest.mark.django_db(transaction=True)
def test_a_block_of_a_transaction_that_is_left_open_is_a_failure_and_is_closed():
    attachment = running()
    with answered_by("leave_open", "fine", module=__name__):
        enqueue(attachment)
    assert kept("status") == ["failed", "succeeded"]
    assert (connection.in_atomic_block, connection.savepoint_ids) == (False, [])
    assert not Document.objects.filter(title="Left behind").exists()


def test_what_is_logged_can_be_written_down_even_where_the_exception_cannot(fire, caplog):
    chosen.append("half")
    with answered_by("write_and_raise", module=__name__):
        fire(running())
    caplog.text.encode()
    assert "ValueError: a\\ud800" in caplog.text


@pytest.mark.parametrize("name", ["speechless", "mute", "half", "interrupted"])
def test_one_run_whose_exception_cannot_be_told_keeps_no_other_from_its_turn(name):
    chosen.append(name)
    attachment = running()
    with answered_by("write_and_raise", "fine", module=__name__):
        enqueue(attachment)
        assert run_due(grace=timedelta()) == {"failed": 1, "succeeded": 1}
