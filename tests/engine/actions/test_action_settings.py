"""System checks of the settings about actions: each says what is wrong at start-up."""

from __future__ import annotations

import pytest
from django.test import override_settings

from django_workflow_engine.actions import checks
from django_workflow_engine.checks import check_actions, check_settings

GOOD = {"action_type": "after_approve", "function_path": "tests.testapp.workflow_actions.notify"}


def told() -> list[str]:
    """The numbers of the messages; each of them is an error with a hint."""
    found = [*check_settings(None), *check_actions(None)]
    assert all(message.hint and message.is_serious() for message in found)
    return [message.id.rpartition(".")[2] for message in found]


def engine(**values):
    return override_settings(DJANGO_WORKFLOW_ENGINE=values)


def test_the_defaults_are_fine():
    assert told() == []


@pytest.mark.parametrize("runner", ["inline", "celery"])
def test_both_runners_are_fine(runner):
    with engine(ACTION_RUNNER=runner):
        assert told() == []


@pytest.mark.parametrize("runner", ["threads", "", None, 3, ["inline"]])
def test_another_runner_is_an_error(runner):
    with engine(ACTION_RUNNER=runner):
        assert told() == ["E020"]


def test_celery_that_is_not_installed_is_an_error(monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    with engine(ACTION_RUNNER="celery"):
        assert told() == ["E021"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACTION_MAX_ATTEMPTS", 0),
        ("ACTION_MAX_ATTEMPTS", 1.5),
        ("ACTION_MAX_ATTEMPTS", True),
        ("ACTION_RETRY_SECONDS", -1),
        ("ACTION_GRACE_SECONDS", "60"),
        ("ACTION_LEASE_SECONDS", 0),
        ("ACTION_TIMEOUT_SECONDS", 0),
        ("ACTION_TIMEOUT_SECONDS", float("nan")),
        ("ACTION_PUBLISH_SECONDS", 0),
        ("ACTION_PUBLISH_SECONDS", "1"),
    ],
)
def test_a_number_that_cannot_work_is_an_error(name, value):
    with engine(**{name: value}):
        assert told() == ["E022"]


@pytest.mark.parametrize(
    "entry",
    [
        "tests.testapp.workflow_actions.notify",
        {},
        {**GOOD, "action_type": "after_lunch"},
        {**GOOD, "function_path": "shop.actions.notify"},
        {**GOOD, "function_path": "tests.testapp.workflow_actions.calls"},
        {**GOOD, "function_path": "os.system"},
        {**GOOD, "function_path": "json.dumps"},
        {**GOOD, "function_path": "notify"},
        {**GOOD, "function_path": None},
        {**GOOD, "parameters": ["a"]},
        {**GOOD, "parameters": {"a": {1}}},
        {**GOOD, "order": "first"},
        {**GOOD, "order": -1},
        {**GOOD, "is_active": "False"},
        {**GOOD, "action_type": ["after_approve"]},
        {**GOOD, "function_path": "a\x00b"},
    ],
)
def test_an_entry_that_cannot_work_is_an_error(entry):
    with override_settings(WORKFLOW_ACTIONS_CONFIG=[GOOD, entry]):
        assert told() == ["E023"]


@pytest.mark.parametrize("more", [{}, {"order": 0}, {"order": 3, "parameters": {"to": ["a"]}}, {"parameters": None}])
def test_a_good_entry_is_fine(more):
    with override_settings(WORKFLOW_ACTIONS_CONFIG=[{**GOOD, **more}]):
        assert told() == []


@pytest.mark.parametrize("path", ["shop.mail.send", "send", "tests.testapp.workflow_actions.calls", b"x", 3])
def test_a_mail_function_that_does_not_exist_is_an_error(path):
    with override_settings(WORKFLOW_SEND_EMAIL_FUNCTION=path):
        assert told() == ["E024"]


@pytest.mark.parametrize("value", ["False", 0, None])
def test_mails_are_switched_off_by_true_or_false_alone(value):
    with override_settings(WORKFLOW_DISABLE_EMAILS=value):
        assert told() == ["E025"]


@pytest.mark.parametrize("value", [True, False])
def test_mails_that_are_on_or_off_are_fine(value):
    with override_settings(WORKFLOW_DISABLE_EMAILS=value):
        assert told() == []


@pytest.mark.parametrize("given", [[], "ACTION_MAX_ATTEMPTS", None, 1])
def test_options_that_are_no_dictionary_are_told_once_and_no_crash(given):
    with override_settings(DJANGO_WORKFLOW_ENGINE=given):
        assert told() == ["E005"]
