"""The buttons of a run: cancel and resubmit, by the state of the run and by who looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.services import (
    attach_workflow_to_object,
    cancel_workflow,
    create_substitution,
    request_changes,
    start_workflow,
)
from django_workflow_engine.services.cancellation import CancelObstacle
from django_workflow_engine.services.changes import ResubmitObstacle
from gql_workflows.ids import global_id
from tests.api.buttons.pressing import button, check
from tests.api.conftest import Office
from tests.factories import STRATEGIES, UserFactory
from tests.runs import attachment_of, seat

Reasons = list[str | None] | None
NOT_YET: Final = "NO_CHANGES_REQUESTED"


def begin(office: Office) -> None:
    start_workflow(attachment_id=attachment_of(office.document).pk, actor=office.owner)


def ask_for_changes(office: Office) -> None:
    begin(office)
    step = seat(office.document, office.members[0])
    request_changes(step_id=step.pk, actor=office.members[0], reason="More")


def ask_and_go(office: Office) -> None:
    ask_for_changes(office)
    office.document.delete()


def cancel(office: Office) -> None:
    cancel_workflow(attachment_id=attachment_of(office.document).pk, actor=office.owner, reason="Over")


# What happens, and the reasons against cancelling and against sending again, by who looks.
STATES: Final[Mapping[str, tuple[Callable[[Office], Any], Mapping[str, Reasons]]]] = {
    "not started": (
        lambda office: None,
        {"olga": [None, NOT_YET], "root": [None, NOT_YET], "acme": ["NOT_ALLOWED", NOT_YET], "mona": None},
    ),
    "in progress": (
        begin,
        {"olga": [None, NOT_YET], "root": [None, NOT_YET], "mona": ["NOT_ALLOWED", NOT_YET], "sub": None},
    ),
    "waiting for its requester": (
        ask_for_changes,
        {
            "olga": [None, None],
            "root": [None, None],
            "sub": ["NOT_ALLOWED", None],
            "mona": ["NOT_ALLOWED", "NOT_ALLOWED"],
        },
    ),
    "waiting for nothing": (
        ask_and_go,
        {"olga": [None, "TARGET_GONE"], "root": [None, "TARGET_GONE"], "mona": ["NOT_ALLOWED", "NOT_ALLOWED"]},
    ),
    "cancelled": (
        cancel,
        {"olga": ["ENDED", NOT_YET], "root": ["ENDED", NOT_YET], "acme": ["NOT_ALLOWED", NOT_YET]},
    ),
}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("state", STATES)
def test_the_buttons_say_what_the_mutations_answer(office: Office, state: str, strategy: WorkflowStrategy) -> None:
    happen, told = STATES[state]
    UserFactory(username="root", is_staff=True, is_superuser=True)
    create_substitution(actor=office.owner, substitute_id=UserFactory(username="sub").pk)
    template = office.template(strategy, company_id=UserFactory(username="acme").pk)
    attached = attach_workflow_to_object(office.document, template, user=office.owner, auto_start=False)
    happen(office)
    run_id = global_id("WorkflowAttachment", attached.pk)
    buttons = [
        button("Cancel", "cancelWorkflow", {"attachmentId": run_id, "reason": "Over"}),
        button("Resubmit", "resubmit", {"attachmentId": run_id}),
    ]
    found = {name: check(User.objects.get(username=name), "WorkflowAttachment", buttons, run_id) for name in told}
    assert found == told


def test_every_reason_is_told_somewhere() -> None:
    both = [[*zip(*filter(None, told.values()), strict=True)] for _happen, told in STATES.values()]
    cancelling, sending = ({reason for columns in both for reason in columns[index]} - {None} for index in (0, 1))
    assert cancelling == set(CancelObstacle.__members__)
    assert sending == set(ResubmitObstacle.__members__)
