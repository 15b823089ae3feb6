"""What failed or was left behind: back-off, the command, incidents, and what people do about them."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from django_workflow_engine.actions.incidents import retry_action_run, skip_action_run
from django_workflow_engine.actions.runner import attempt, run_due
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.errors import Conflict, MissingPermission, NotFound
from django_workflow_engine.models import ActionRun
from tests.engine.actions.firing import enqueue, kept, running
from tests.factories import UserFactory
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db


def age(**by: float) -> None:
    """Let this much time pass for every run."""
    passed = timedelta(**by)
    for run in ActionRun.objects.all():
        due = run.next_attempt_at and run.next_attempt_at - passed
        ActionRun.objects.filter(pk=run.pk).update(created_at=run.created_at - passed, next_attempt_at=due)


def wait() -> float:
    """The seconds until the only run is tried again."""
    run = ActionRun.objects.get()
    return round((run.next_attempt_at - timezone.now()).total_seconds())


@pytest.fixture
def incident():
    """A run that failed for good."""
    (run,) = enqueue(running("refuse"))
    with override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_MAX_ATTEMPTS": 1}):
        attempt(run.pk)
    run.refresh_from_db()
    assert run.status == "incident"
    return run


@pytest.fixture
def administrator():
    user = UserFactory(is_staff=True, username="root")
    user.user_permissions.add(Permission.objects.get(codename="change_actionrun"))
    return user


def test_what_a_crash_left_behind_runs_after_the_grace_period(calls):
    enqueue(running("notify"))
    assert run_due() == {}
    age(seconds=61)
    assert run_due() == {"succeeded": 1}
    assert [call["function"] for call in calls] == ["notify"]
    assert run_due() == {}


def test_a_run_whose_runner_died_is_due_again_when_its_lease_is_over(calls, monkeypatch):
    (run,) = enqueue(running("notify"))
    monkeypatch.setattr("django_workflow_engine.actions.runner.perform", lambda run: exit("the process was killed"))
    with pytest.raises(SystemExit):
        attempt(run.pk)
    monkeypatch.undo()
    assert kept("status", "attempts") == [("pending", 1)]
    age(seconds=899)
    assert (attempt(run.pk), run_due()) == (None, {})
    age(seconds=2)
    assert run_due() == {"succeeded": 1}
    assert kept("status", "attempts") == [("succeeded", 2)]


def test_an_action_that_kills_every_runner_becomes_an_incident(monkeypatch):
    (run,) = enqueue(running("notify"))
    monkeypatch.setattr("django_workflow_engine.actions.runner.perform", lambda run: exit("the process was killed"))
    for _ in range(5):
        with pytest.raises(SystemExit):
            attempt(run.pk)
        age(seconds=901)
    assert run_due() == {"incident": 1}
    assert kept("attempts", "last_error") == [(5, "The last attempt did not come to an end.")]


def test_the_wait_doubles_and_the_last_failure_is_an_incident():
    enqueue(running("refuse"))
    age(seconds=61)
    waits = []
    for _ in range(4):
        assert run_due() == {"failed": 1}
        waits.append(wait())
        age(seconds=waits[-1] - 2)
        assert run_due() == {}
        age(seconds=3)
    assert waits == [60, 120, 240, 480]
    assert run_due() == {"incident": 1}
    assert kept("status", "attempts", "next_attempt_at", "last_error") == [
        ("incident", 5, None, "The function returned False.")
    ]
    age(days=100)
    assert run_due() == {}


@pytest.mark.parametrize("seconds", [10, 24 * 60 * 60, 10 * 365 * 24 * 60 * 60])
def test_the_wait_is_never_longer_than_a_day(seconds):
    (run,) = enqueue(running("refuse"))
    ActionRun.objects.update(attempts=80)
    with override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_MAX_ATTEMPTS": 99, "ACTION_RETRY_SECONDS": seconds}):
        assert attempt(run.pk) == "failed"
    assert wait() == 24 * 60 * 60


def test_one_pass_attempts_each_run_once_even_without_any_wait(calls):
    enqueue(running("refuse", "refuse"))
    with override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_RETRY_SECONDS": 0, "ACTION_GRACE_SECONDS": 0}):
        assert run_due() == {"failed": 2}
    assert len(calls) == 2


def test_the_command_says_what_it_did_and_keeps_to_its_limit():
    enqueue(running("notify", "refuse", "notify"))
    said = StringIO()
    call_command("run_actions", limit=2, grace=0, stdout=said)
    call_command("run_actions", grace=0, stdout=said)
    assert said.getvalue().splitlines() == [
        "2 attempted: 1 succeeded, 1 failed and will be tried again, 0 became incidents",
        "1 attempted: 1 succeeded, 0 failed and will be tried again, 0 became incidents",
    ]


def test_the_command_goes_on_for_ever_when_told(monkeypatch):
    waits = []

    def sleep(seconds):
        waits.append(seconds)
        if len(waits) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("django_workflow_engine.management.passes.time.sleep", sleep)
    monkeypatch.setattr("django_workflow_engine.management.passes.close_old_connections", lambda: None)
    with pytest.raises(KeyboardInterrupt):
        call_command("run_actions", loop=7, stdout=StringIO())
    assert waits == [7, 7, 7]


def test_many_runs_are_read_in_batches(monkeypatch):
    monkeypatch.setattr("django_workflow_engine.actions.runner._BATCH", 3)
    enqueue(running(*["notify"] * 8))
    assert run_due(grace=timedelta()) == {"succeeded": 8}


def test_a_retry_runs_at_once_after_the_commit_and_says_who_wanted_it(
    incident, administrator, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("tests.testapp.workflow_actions.refuse", lambda **everything: "fine now")
    with django_capture_on_commit_callbacks(execute=True):
        assert retry_action_run(incident.pk, administrator).status == "pending"
    incident.refresh_from_db()
    assert (incident.status, incident.attempts, incident.returned) == ("succeeded", 2, "fine now")
    assert (incident.handled_by_id, incident.handled_by_name) == (str(administrator.pk), "root")
    assert incident.last_error == "The function returned False."


def test_a_retry_that_fails_is_an_incident_again(incident, django_capture_on_commit_callbacks):
    ActionRun.objects.update(attempts=5)
    with django_capture_on_commit_callbacks(execute=True):
        retry_action_run(incident.pk, None)
    assert kept("status", "attempts") == [("incident", 6)]


def test_a_skipped_run_is_never_tried_again(incident, administrator, calls):
    calls.clear()
    assert skip_action_run(incident.pk, administrator).status == "skipped"
    age(days=100)
    assert (run_due(), calls) == ({}, [])
    incident.refresh_from_db()
    assert (incident.status, incident.handled_by_name) == ("skipped", "root")
    assert incident.finished_at is not None


@pytest.mark.parametrize("verb", [retry_action_run, skip_action_run])
def test_only_an_administrator_with_the_permission_handles_an_incident(verb, incident, administrator):
    administrator.is_staff = False
    for actor in (UserFactory(is_staff=True), administrator):
        with unchanged(), pytest.raises(MissingPermission) as refused:
            verb(incident.pk, actor)
        assert refused.value.permission == "django_workflow_engine.change_actionrun"


@pytest.mark.parametrize("verb", [retry_action_run, skip_action_run])
@pytest.mark.parametrize("key", [987_654, "nonsense", None, 2**70])
def test_a_run_that_does_not_exist_is_not_found(verb, key, administrator):
    with pytest.raises(NotFound) as refused:
        verb(key, administrator)
    assert (refused.value.code, refused.value.path) == (ErrorCode.NOT_FOUND, ("id",))


@pytest.mark.parametrize("verb", [retry_action_run, skip_action_run])
def test_a_run_that_has_not_failed_is_left_alone(verb, fire, administrator):
    (run,) = fire(running("notify"))
    with unchanged(), pytest.raises(Conflict) as refused:
        verb(run.pk, administrator)
    assert refused.value.status == "succeeded"
