"""An action that hangs: the one who decided gets on, and what comes too late is taken back."""

from __future__ import annotations

import threading
import time

import pytest
from django.test import override_settings
from django.utils import translation

from django_workflow_engine.actions.timeouts import TimeLimit, TimeLimitExceeded
from tests.engine.actions.firing import attach, configure, enqueue, kept, running, template
from tests.testapp import workflow_actions
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db(transaction=True)


def limited(seconds: float):
    return override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_TIMEOUT_SECONDS": seconds})


def wait_for_abandoned_threads() -> None:
    for thread in threading.enumerate():
        if thread.name == "workflow-action":
            thread.join(10)


def test_an_action_within_the_limit_is_as_any_other():
    attachment = running("write", "fail", "refuse")
    with limited(20):
        enqueue(attachment)
    assert kept("status", "returned") == [("succeeded", attachment.pk), ("failed", None), ("failed", False)]
    assert list(Document.objects.values_list("title", flat=True)) == [attachment.target.title, "Written"]


def test_an_action_that_exceeds_the_limit_is_a_failure_and_keeps_nobody_waiting():
    attachment = running("write", parameters={"seconds": 1.5})
    started = time.monotonic()
    with limited(0.3):
        enqueue(attachment)
    assert time.monotonic() - started < 1.2
    assert kept("status", "last_error") == [("failed", "TimeLimitExceeded: It was not finished after 0.3 seconds.")]
    attachment.refresh_from_db()
    assert attachment.status == "in_progress"
    wait_for_abandoned_threads()
    assert workflow_actions.calls == [{"function": "write"}]
    assert list(Document.objects.values_list("title", flat=True)) == [attachment.target.title]
    assert kept("status") == ["failed"]


def test_the_actions_after_one_that_hangs_still_run():
    workflow = template()
    configure(workflow, "write", order=1, parameters={"seconds": 1})
    configure(workflow, "notify", order=2)
    attachment = attach(workflow)
    with limited(0.3):
        enqueue(attachment)
    assert kept("status") == ["failed", "succeeded"]
    wait_for_abandoned_threads()


def test_the_thread_speaks_the_language_of_the_caller():
    with translation.override("ar"):
        assert TimeLimit(5).run(translation.get_language) == "ar"


def test_what_the_call_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        TimeLimit(5).run(lambda: 1 / 0)


def test_a_commit_that_has_begun_is_waited_for():
    limit = TimeLimit(0.1)

    def commit() -> str:
        limit.confirm()
        time.sleep(0.4)
        return "committed"

    assert limit.run(commit) == "committed"


def test_a_call_that_was_given_up_may_not_commit():
    limit, raised = TimeLimit(0.1), []

    def finish_late() -> None:
        time.sleep(0.4)
        try:
            limit.confirm()
        except TimeLimitExceeded as error:
            raised.append(error)

    with pytest.raises(TimeLimitExceeded):
        limit.run(finish_late)
    wait_for_abandoned_threads()
    assert len(raised) == 1
