"""`manage.py doctor`: what it prints, how it exits, and what it mends."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from django_workflow_engine.errors import Conflict
from django_workflow_engine.services import cancel_without_object, each_stuck_run, explain_stuck
from tests.engine.stuck.finding import deactivate, started
from tests.factories import UserFactory, by_user
from tests.runs import attachment_of
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return UserFactory(username="ann")


def doctor(*arguments: str, status: int) -> str:
    """What the command prints, which ends with this exit status."""
    out = StringIO()
    if not status:
        call_command("doctor", *arguments, stdout=out)
        return out.getvalue()
    with pytest.raises(CommandError) as failed:
        call_command("doctor", *arguments, stdout=out)
    assert failed.value.returncode == status
    return out.getvalue()


def test_nothing_is_stuck(ann: User) -> None:
    started(3, by_user(ann))
    assert doctor(status=0) == "0 stuck, 0 of them mended\n"
    assert json.loads(doctor("--json", status=0)) == {"stuck": [], "count": 0, "mended": 0}


def test_each_stuck_run_is_told_in_a_line(ann: User) -> None:
    run = attachment_of(started(3, by_user(ann)))
    started(3, by_user(UserFactory()))
    deactivate(ann)
    (stuck,) = explain_stuck([run])
    since = stuck.since.isoformat(timespec="seconds")
    with unchanged():
        assert doctor("--mend", status=1) == (
            f"{run.pk}: Document {run.object_id}: NO_ACTIVE_APPROVER since {since}: "
            "Nobody can complete what is asked: ann is inactive.\n"
            "1 stuck, 0 of them mended\n"
        )


def test_the_json_has_the_same_keys_for_all(ann: User) -> None:
    document, gone = started(3, by_user(ann)), started(3, by_user(UserFactory()))
    run, run_gone, key = attachment_of(document), attachment_of(gone), str(gone.pk)
    deactivate(ann)
    gone.delete()
    told = json.loads(doctor("--json", status=1))
    assert told == {
        "stuck": [
            {
                "attachment": run.pk,
                "model": "testapp.Document",
                "object": str(document.pk),
                "problem": "NO_ACTIVE_APPROVER",
                "message": "Nobody can complete what is asked: ann is inactive.",
                "since": explain_stuck([run])[0].since.isoformat(),
                "mended": False,
            },
            {
                "attachment": run_gone.pk,
                "model": "testapp.Document",
                "object": key,
                "problem": "TARGET_GONE",
                "message": "The object of this workflow is gone; the run can only be cancelled.",
                "since": explain_stuck([run_gone])[0].since.isoformat(),
                "mended": False,
            },
        ],
        "count": 2,
        "mended": 0,
    }


def test_runs_without_an_object_are_cancelled_and_nothing_else(ann: User) -> None:
    document, gone = started(3, by_user(ann)), started(3, by_user(ann))
    run, run_gone = attachment_of(document), attachment_of(gone)
    deactivate(ann)
    gone.delete()
    told = doctor("--mend", status=1).splitlines()
    assert [line.split(": ")[0] for line in told[:2]] == [str(run.pk), str(run_gone.pk)]
    assert [line.endswith(" Cancelled.") for line in told[:2]] == [False, True]
    assert told[2] == "2 stuck, 1 of them mended"
    run.refresh_from_db()
    run_gone.refresh_from_db()
    assert (run.status, run_gone.status) == ("in_progress", "cancelled")


def test_what_was_mended_fails_nothing_and_is_not_found_again(ann: User) -> None:
    started(3, by_user(ann)).delete()
    assert json.loads(doctor("--json", "--mend", status=0))["mended"] == 1
    with unchanged():
        assert doctor("--mend", status=0) == "0 stuck, 0 of them mended\n"


def test_a_run_that_others_hold_is_left_and_told_of(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*, attachment_id: int) -> bool:
        if attachment_id == run.pk:
            raise Conflict("Others hold it.")
        return cancel_without_object(attachment_id=attachment_id)

    documents = [started(3, by_user(ann)) for _number in range(2)]
    run, other = map(attachment_of, documents)
    for document in documents:
        document.delete()
    monkeypatch.setattr("django_workflow_engine.management.commands.doctor.cancel_without_object", held)
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", "--mend", stdout=StringIO(), stderr=err)
    assert err.getvalue() == f"{run.pk}: Others hold it.\n"
    other.refresh_from_db()
    assert other.status == "cancelled"


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_runs_are_looked_at_in_batches(ann: User, size: int) -> None:
    runs = [attachment_of(started(3, by_user(user))) for user in (UserFactory(), ann, UserFactory(), ann)]
    deactivate(ann)
    assert [stuck.attachment.pk for stuck in each_stuck_run(size=size)] == [runs[1].pk, runs[3].pk]
