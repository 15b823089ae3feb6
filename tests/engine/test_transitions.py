"""The state machine of a run: what is not listed is refused, by the table and by every verb."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine import transitions
from django_workflow_engine.choices import AttachmentStatus as Status
from django_workflow_engine.errors import AlreadyAttached, NotInProgress, WorkflowError
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    delegate_step,
    escalate_step,
    reject_step,
    request_changes,
    request_resubmission,
    start_workflow,
)
from django_workflow_engine.transitions import Verb
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import attachment_of, open_steps
from tests.snapshot import unchanged
from tests.testapp.models import Profile

LISTED = {
    (Verb.RUN_AGAIN, Status.COMPLETED): Status.NOT_STARTED,
    (Verb.RUN_AGAIN, Status.REJECTED): Status.NOT_STARTED,
    (Verb.RUN_AGAIN, Status.CANCELLED): Status.NOT_STARTED,
    (Verb.START, Status.NOT_STARTED): Status.IN_PROGRESS,
    (Verb.MOVE, Status.IN_PROGRESS): Status.IN_PROGRESS,
    (Verb.COMPLETE, Status.IN_PROGRESS): Status.COMPLETED,
    (Verb.SEND_BACK, Status.IN_PROGRESS): Status.IN_PROGRESS,
    (Verb.CANCEL, Status.NOT_STARTED): Status.CANCELLED,
    (Verb.REQUEST_CHANGES, Status.IN_PROGRESS): Status.CHANGES_REQUESTED,
    (Verb.RESUBMIT, Status.CHANGES_REQUESTED): Status.IN_PROGRESS,
    (Verb.CANCEL, Status.IN_PROGRESS): Status.CANCELLED,
    (Verb.CANCEL, Status.CHANGES_REQUESTED): Status.CANCELLED,
    (Verb.REJECT, Status.IN_PROGRESS): Status.REJECTED,
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verb", Verb)
def test_a_verb_leads_where_the_table_says_and_nowhere_else(verb: Verb, status: Status) -> None:
    run = SimpleNamespace(status=status.value)
    target = LISTED.get((verb, status))
    assert transitions.fits(verb, run) is (target is not None)
    if target is None:
        with pytest.raises(NotInProgress) as refused:
            transitions.apply(verb, run)
        assert (refused.value.status, refused.value.path) == (status, ())
    else:
        transitions.apply(verb, run)
    assert run.status == (target or status)


@pytest.fixture
def boss(settings: Any) -> User:
    """An approver with a manager."""
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    user = UserFactory()
    Profile.objects.create(user=user, manager=UserFactory())
    return user


def running(strategy: int, boss: User, *, status: Status, auto_start: bool = True) -> WorkflowAttachment:
    """A run that was put into this state behind the engine's back; its steps stay as they were."""
    document = DocumentFactory()
    template = template_for(strategy, [[by_user(boss)]])
    attach_workflow_to_object(document, template, boss, auto_start=auto_start)
    WorkflowAttachment.objects.update(status=status)
    return attachment_of(document)


DECISIONS: dict[str, Callable[..., Any]] = {
    "approve": approve_step,
    "reject": lambda **seat: reject_step(**seat, reason="No"),
    "ask for changes": lambda **seat: request_changes(**seat, reason="More"),
    "send back": lambda **seat: request_resubmission(**seat, reason="Again"),
    "delegate": lambda **seat: delegate_step(**seat, user_id=UserFactory().pk),
    "escalate": escalate_step,
}


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
def test_a_decision_is_taken_in_a_run_in_progress_alone(
    decide: Callable[..., Any], strategy: int, status: Status, boss: User
) -> None:
    (step,) = open_steps(running(strategy, boss, status=status).target)
    if status == Status.IN_PROGRESS:
        assert decide(step_id=step.pk, actor=boss).step.pk == step.pk
        return
    with unchanged(), pytest.raises(NotInProgress) as refused:
        decide(step_id=step.pk, actor=boss)
    assert (refused.value.path, refused.value.status) == (("step_id",), status)


def outcome(verb: Callable[[], Any]) -> Any:
    """The state that the verb leads to, or the class of what refuses it."""
    try:
        return verb().status
    except WorkflowError as error:
        return type(error)


@pytest.mark.django_db
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    ("status", "started", "cancelled", "attached"),
    [
        (Status.NOT_STARTED, Status.IN_PROGRESS, Status.CANCELLED, AlreadyAttached),
        (Status.IN_PROGRESS, NotInProgress, Status.CANCELLED, AlreadyAttached),
        (Status.CHANGES_REQUESTED, NotInProgress, Status.CANCELLED, AlreadyAttached),
        (Status.COMPLETED, NotInProgress, NotInProgress, Status.IN_PROGRESS),
        (Status.REJECTED, NotInProgress, NotInProgress, Status.IN_PROGRESS),
        (Status.CANCELLED, NotInProgress, NotInProgress, Status.IN_PROGRESS),
    ],
)
@pytest.mark.parametrize("verb", ["started", "cancelled", "attached"])
def test_a_run_is_started_cancelled_and_attached_anew_in_its_own_states(
    strategy: int, status: Status, started: Any, cancelled: Any, attached: Any, verb: str, boss: User
) -> None:
    run = running(strategy, boss, status=status, auto_start=False)
    expected = {"started": started, "cancelled": cancelled, "attached": attached}[verb]
    call: Callable[[], Any] = {
        "started": lambda: start_workflow(attachment_id=run.pk, actor=boss),
        "cancelled": lambda: cancel_workflow(attachment_id=run.pk, actor=boss, reason="No"),
        "attached": lambda: attach_workflow_to_object(run.target, run.workflow.cloned_from, boss),
    }[verb]
    if isinstance(expected, Status):
        assert outcome(call) == expected
        run.refresh_from_db()
        assert run.status == expected
    else:
        with unchanged():
            assert outcome(call) is expected
