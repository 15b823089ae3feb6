"""When a failed action is tried again: a project's rule, chosen by the action or for all; a wrong one is no harm."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_workflow_engine.actions import Doubling, RetryRule, retry_rule, workflow_action
from django_workflow_engine.actions.incidents import retry_action_run
from django_workflow_engine.actions.runner import attempt, run_due
from django_workflow_engine.models import ActionRun
from tests.engine.actions.firing import PATH, enqueue, kept, running
from tests.engine.actions.retrying import Steady, by_default, failing, wait
from tests.testapp import workflow_actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("forget")]

LOGGER = "django_workflow_engine.actions.retries"


def answering(answer):
    """A class of rules that answers this, or raises it."""

    class Answering(RetryRule):
        def delay_after(self, failed):
            if isinstance(answer, BaseException):
                raise answer
            return answer

    return Answering


def let_it_be_due() -> None:
    ActionRun.objects.update(next_attempt_at=timezone.now())


def test_an_action_follows_the_rule_that_it_asks_for_and_the_others_the_default():
    retry_rule("steady", seconds=7, attempts=2)(Steady)
    workflow_action(retry="steady")(workflow_actions.refuse)
    failing()
    assert (kept("status"), wait()) == (["failed"], 7)
    let_it_be_due()
    assert run_due() == {"incident": 1}
    assert kept("status", "attempts", "next_attempt_at") == [("incident", 2, None)]
    ActionRun.objects.all().delete()
    failing("fail")
    assert wait() == 60


def test_a_setting_has_all_actions_follow_a_rule_that_ask_for_none():
    retry_rule("steady")(Steady)
    retry_rule("once", attempts=1)(Doubling)
    workflow_action(retry="steady")(workflow_actions.refuse)
    with by_default("once"):
        failing("fail")
        failing("refuse")
    assert kept("status") == ["incident", "failed"]


def test_one_class_is_registered_under_several_names_with_parameters_of_each():
    retry_rule("eager", first_wait=timedelta(seconds=1), attempts=9)(Doubling)
    retry_rule("lazy", first_wait=timedelta(hours=1), longest_wait=timedelta(minutes=90))(Doubling)
    with by_default("eager"):
        run = failing()
        assert wait() == 1
    with by_default("lazy"):
        let_it_be_due()
        attempt(run.pk)
        assert wait() == 90 * 60


def test_a_rule_is_told_of_the_attempt(fire):
    seen = []

    @retry_rule("curious")
    class Curious(RetryRule):
        def delay_after(self, failed):
            seen.append(failed)
            return timedelta()

    with by_default("curious"):
        fire(running("fail", parameters={"a": 1}))
        assert run_due() == {"failed": 1}
    run = ActionRun.objects.get()
    assert {(one.function_path, one.action_type, one.created_at) for one in seen} == {
        (f"{PATH}.fail", "after_approve", run.created_at)
    }
    assert [dict(one.parameters) for one in seen] == [{"a": 1}] * 3
    # after the first attempt, before the second, after the second
    assert [(one.number, one.error) for one in seen] == [
        (1, "RuntimeError: The printer is on fire"),
        (1, "RuntimeError: The printer is on fire"),
        (2, "RuntimeError: The printer is on fire"),
    ]


def test_a_success_asks_no_rule(fire, caplog):
    retry_rule("broken")(answering(AssertionError("asked")))
    with by_default("broken"):
        fire(running("notify"))
    assert kept("status", "next_attempt_at") == [("succeeded", None)]
    assert [record for record in caplog.records if record.name == LOGGER] == []


def test_a_rule_that_became_stricter_is_obeyed_by_a_run_that_waits(calls):
    retry_rule("steady")(Steady)
    with by_default("steady"):
        failing()
        let_it_be_due()
    retry_rule("never")(answering(None))
    with by_default("never"):
        assert run_due() == {"incident": 1}
    assert (len(calls), kept("attempts", "last_error")) == (1, [(1, "The function returned False.")])


def test_a_run_whose_runner_died_is_the_rule_s_to_give_up(monkeypatch):
    retry_rule("steady", attempts=2)(Steady)
    (run,) = enqueue(running("notify"))
    monkeypatch.setattr("django_workflow_engine.actions.runner.perform", lambda run: exit("the process was killed"))
    with by_default("steady"):
        for _ in range(2):
            with pytest.raises(SystemExit):
                attempt(run.pk)
            let_it_be_due()
        assert run_due() == {"incident": 1}
    assert kept("attempts", "last_error") == [(2, "The last attempt did not come to an end.")]


def test_a_run_whose_rule_is_gone_follows_the_project_s_default_and_the_log_says_so(caplog):
    retry_rule("steady")(Steady)
    workflow_action(retry="gone")(workflow_actions.refuse)
    with by_default("steady"):
        run = failing()
    assert wait() == 7
    assert [record.getMessage() for record in caplog.records if record.name == LOGGER] == [
        f"'gone' is no retry rule; action run {run.pk} follows the default"
    ]


def test_a_run_without_any_rule_follows_the_built_in_one():
    workflow_action(retry="gone")(workflow_actions.refuse)
    with by_default("gone_too"):
        failing()
    assert wait() == 60


class Unspeakable(BaseException):
    def __str__(self):
        raise SystemExit("no text")


@pytest.mark.parametrize(
    "wrong",
    [
        5,
        True,
        "60",
        timedelta(seconds=-1),
        timedelta.max,
        RuntimeError("no idea \ud800"),
        SystemExit(1),
        KeyboardInterrupt(),
        Unspeakable(),
    ],
    ids=repr,
)
def test_what_a_rule_raises_or_wrongly_returns_is_logged_and_the_built_in_one_counts(wrong, caplog):
    retry_rule("broken")(answering(wrong))
    with by_default("broken"), caplog.at_level(logging.ERROR):
        run = failing()
        assert kept("status", "attempts", "last_error") == [("failed", 1, "The function returned False.")]
        assert wait() == 60
        (line,) = [record for record in caplog.records if record.name == LOGGER]
        message = f"Retry rule 'broken' gave no answer for action run {run.pk}; the built-in one counts"
        assert line.getMessage().startswith(message)
        for _ in range(4):
            let_it_be_due()
            run_due()
    assert kept("status", "attempts") == [("incident", 5)]


@pytest.mark.parametrize(("made_of", "parameters"), [(Steady, {"colour": "red"}), (dict, {}), (RetryRule, {})])
def test_a_rule_that_cannot_be_made_is_no_harm(made_of, parameters):
    retry_rule("broken", **parameters)(made_of)
    with by_default("broken"):
        failing()
    assert (kept("status"), wait()) == (["failed"], 60)


def test_people_retry_what_a_rule_gave_up(monkeypatch, django_capture_on_commit_callbacks):
    retry_rule("once", attempts=1)(Doubling)
    with by_default("once"):
        run = failing()
        with django_capture_on_commit_callbacks(execute=True):
            retry_action_run(run.pk, None)
        assert kept("status", "attempts") == [("incident", 2)]
        monkeypatch.setattr(f"{PATH}.refuse", lambda **everything: "fine now")
        with django_capture_on_commit_callbacks(execute=True):
            retry_action_run(run.pk, None)
    assert kept("status", "attempts", "returned") == [("succeeded", 3, "fine now")]


def test_a_rule_of_a_project_costs_no_statement_neither_at_the_first_attempt_nor_later():
    retry_rule("steady")(Steady)
    costs = []
    for name in ("doubling", "steady"):
        (run,) = enqueue(running("refuse"))
        for _ in range(2):
            with by_default(name), CaptureQueriesContext(connection) as statements:
                assert attempt(run.pk) == "failed"
            costs.append(len(statements))
            let_it_be_due()
    assert len(set(costs)) == 1
