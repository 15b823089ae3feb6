"""What a function has called after its commit: its own work is done by then, whatever comes of that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings

from django_workflow_engine.actions.runner import run_due
from tests.engine.actions.firing import answered_by, attach, kept, template
from tests.runs import approve
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db(transaction=True)


def write_and_raise_later(workflow_attachment):
    Document.objects.create(title="Written")
    transaction.on_commit(_raise)
    return "done"


def write_and_exit_later(workflow_attachment):
    Document.objects.create(title="Written")
    transaction.on_commit(_exit)
    return "done"


def refuse_and_raise_later(workflow_attachment):
    Document.objects.create(title="Written")
    transaction.on_commit(_raise)
    return False


def fine(workflow_attachment):
    return "fine"


def _raise() -> None:
    raise RuntimeError("No mail server")


def _exit() -> None:
    raise SystemExit(3)


@pytest.mark.parametrize("limit", [None, 20])
@pytest.mark.parametrize(
    ("function", "note"),
    [("write_and_raise_later", "RuntimeError: No mail server"), ("write_and_exit_later", "SystemExit: 3")],
)
def test_what_raises_after_the_commit_is_a_note_and_the_work_is_never_done_again(function, note, limit, caplog):
    attachment = attach(template())
    engine = override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_TIMEOUT_SECONDS": limit, "ACTION_RETRY_SECONDS": 0})
    with engine, answered_by(function, "fine", module=__name__):
        approve(attachment.target, attachment.started_by)
        run_due(grace=timedelta(0))
    assert kept("status", "attempts", "returned", "last_error") == [
        ("succeeded", 1, "done", note),
        ("succeeded", 1, "fine", ""),
    ]
    assert Document.objects.filter(title="Written").count() == 1
    assert any("raised" in message for message in caplog.messages)


def test_what_is_rolled_back_calls_nothing_after_a_commit():
    attachment = attach(template())
    with answered_by("refuse_and_raise_later", module=__name__):
        approve(attachment.target, attachment.started_by)
    assert kept("status", "last_error") == [("failed", "The function returned False.")]
    assert not Document.objects.filter(title="Written").exists()
