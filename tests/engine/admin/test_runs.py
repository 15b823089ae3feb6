"""Failed runs of actions in the admin: retried and skipped, on their page and in the list."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client, override_settings

from django_workflow_engine.actions.runner import attempt
from django_workflow_engine.models import ActionRun
from tests.engine.actions.firing import enqueue, running
from tests.engine.admin.pages import Admin
from tests.snapshot import unchanged
from tests.testapp import workflow_actions

pytestmark = pytest.mark.django_db


def failed(attempts: int = 1) -> ActionRun:
    """A run whose action refused; with one attempt allowed it is an incident."""
    (run,) = enqueue(running("refuse"))
    with override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_MAX_ATTEMPTS": attempts}):
        attempt(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def incident() -> ActionRun:
    run = failed()
    assert run.status == "incident"
    return run


@pytest.fixture
def mended(monkeypatch, django_capture_on_commit_callbacks) -> Any:
    """The action works from now on, and what is to happen after the commit happens."""

    def mend() -> Any:
        monkeypatch.setattr(workflow_actions, "refuse", lambda **kwargs: True)
        return django_capture_on_commit_callbacks(execute=True)

    return mend


def clerk(*codenames: str) -> Admin:
    """The admin of somebody with these permissions alone."""
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return Admin(client)


def buttons(admin: Admin, run: ActionRun) -> list[str]:
    page = admin.open(run).content.decode()
    return [verb for verb in ("retry", "skip") if f'formaction="{admin.address(run, verb)}"' in page]


def press(admin: Admin, verb: str, run: ActionRun) -> tuple[list[str], str]:
    """What the page says afterwards, and the state of the run."""
    response = admin.client.post(admin.address(run, verb), follow=True)
    assert response.redirect_chain == [(admin.address(run, "change"), 302)]
    return [str(message) for message in response.context["messages"]], ActionRun.objects.get(pk=run.pk).status


def choose(admin: Admin, action: str, *runs: ActionRun) -> list[tuple[str, str]]:
    """The list's action on these runs: what it says, with the level."""
    chosen = {"action": action, "_selected_action": [run.pk for run in runs]}
    response = admin.client.post(admin.address(ActionRun, "changelist"), chosen, follow=True)
    return [(message.level_tag, str(message)) for message in response.context["messages"]]


@pytest.mark.parametrize(("attempts", "status"), [(1, "incident"), (2, "failed")])
def test_a_failed_run_is_retried_from_its_page(attempts, status, admin, administrator, mended):
    run = failed(attempts)
    assert (run.status, buttons(admin, run)) == (status, ["retry", "skip"])
    with mended():
        response = admin.client.post(admin.address(run, "retry"), follow=True)
    assert [str(message) for message in response.context["messages"]] == ["The run is tried once more."]
    run.refresh_from_db()
    assert (run.status, run.attempts, run.handled_by_name) == ("succeeded", 2, administrator.username)
    assert buttons(admin, run) == []


def test_a_failed_run_is_skipped_from_its_page(incident, admin, administrator):
    assert press(admin, "skip", incident) == (["The run is not tried again."], "skipped")
    incident.refresh_from_db()
    assert incident.handled_by_id == str(administrator.pk)
    assert buttons(admin, incident) == []


@pytest.mark.parametrize("verb", ["retry", "skip"])
def test_a_run_that_has_not_failed_is_refused_with_the_engine_s_words(verb, incident, admin):
    ActionRun.objects.update(status="succeeded")
    with unchanged():
        told, _status = press(admin, verb, incident)
    assert told == ["This run of an action has not failed: it is “Succeeded”."]


@pytest.mark.parametrize("verb", ["retry", "skip"])
def test_nothing_happens_by_a_get_and_an_unknown_run_leads_away(verb, incident, admin):
    with unchanged():
        assert admin.client.get(admin.address(incident, verb)).status_code == 405
        incident.pk += 1
        assert admin.client.post(admin.address(incident, verb)).status_code == 302


@pytest.mark.parametrize("verb", ["retry", "skip"])
def test_who_may_only_look_has_no_buttons_and_is_refused(verb, incident):
    pages = clerk("view_actionrun")
    assert buttons(pages, incident) == []
    with unchanged():
        assert pages.client.post(pages.address(incident, verb)).status_code == 403
        choose(pages, f"{verb}_runs", incident)
    assert f'value="{verb}_runs"' not in pages.list(ActionRun).content.decode()


def test_who_may_change_runs_may_see_to_them(incident):
    pages = clerk("view_actionrun", "change_actionrun")
    assert buttons(pages, incident) == ["retry", "skip"]
    assert press(pages, "skip", incident)[1] == "skipped"


def test_who_may_see_to_runs_and_not_look_at_them_is_refused(incident):
    pages = clerk("add_actionrun")
    with unchanged():
        assert pages.client.post(pages.address(incident, "skip")).status_code == 403


def test_a_csrf_token_is_asked_for(incident, administrator):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    with unchanged():
        assert client.post(Admin(client).address(incident, "skip")).status_code == 403


def test_the_list_retries_what_failed_and_says_what_had_not(admin, mended):
    runs = [failed(), failed(2), failed()]
    done = failed()
    ActionRun.objects.filter(pk=done.pk).update(status="succeeded")
    with mended():
        told = choose(admin, "retry_runs", *runs, done)
    assert told == [
        ("warning", "This run of an action has not failed: it is “Succeeded”."),
        ("success", "3 runs are tried once more."),
    ]
    assert list(ActionRun.objects.values_list("status", flat=True)) == ["succeeded"] * 4


def test_the_list_skips_and_tells_a_reason_once(admin):
    runs = [failed(), failed()]
    assert choose(admin, "skip_runs", *runs) == [("success", "2 runs are not tried again.")]
    with unchanged():
        told = choose(admin, "skip_runs", *runs)
    assert told == [("warning", "This run of an action has not failed: it is “Skipped by hand”. (2)")]
