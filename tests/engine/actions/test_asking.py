"""Whoever is asked is told of by an event of its own, whatever asks; a run that is called off has one, too."""

from __future__ import annotations

from typing import Any

import pytest
from approval_workflow.services import advance_flow
from django.contrib.auth.models import User
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from django_workflow_engine import services
from django_workflow_engine.actions.runner import run_now
from django_workflow_engine.choices import ActionType, WorkflowStrategy
from django_workflow_engine.models import ActionRun, Pipeline, Stage
from django_workflow_engine.recipient_resolver import resolve_recipients
from django_workflow_engine.services import attach_workflow_to_object, attach_workflow_to_objects, cancel_workflow
from tests.engine.actions.firing import PATH, configure
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, attachment_of, open_steps, seat
from tests.testapp.models import Profile

pytestmark = pytest.mark.django_db
ONE = WorkflowStrategy.WORKFLOW_ONLY
ASKED, CANCELLED = ActionType.ON_APPROVAL_REQUESTED, ActionType.ON_WORKFLOW_CANCEL


@pytest.fixture(autouse=True)
def both_events() -> Any:
    configured = [{"action_type": event.value, "function_path": f"{PATH}.notify"} for event in (ASKED, CANCELLED)]
    with override_settings(WORKFLOW_ACTIONS_CONFIG=configured):
        yield


def people(*names: str) -> list[User]:
    return [UserFactory(username=name) for name in names]


class Told:
    """What was told since it was asked last: who is asked on which step, and the line of the history it is about."""

    def __init__(self, document: Any) -> None:
        self.document, self.seen = document, 0

    def __call__(self) -> list[tuple[str, str]]:
        runs = list(ActionRun.objects.filter(pk__gt=self.seen, action_type=ASKED).order_by("pk"))
        self.seen = max([self.seen, *(run.pk for run in runs)])
        steps = {step.pk: step.assigned_to for step in open_steps(self.document)}
        place = attachment_of(self.document)
        for run in runs:
            assert run.context["asked"] == steps[run.context["step_id"]].pk
            assert (run.current_pipeline_id, run.current_stage_id) == (
                place.current_pipeline_id,
                place.current_stage_id,
            )
        return [(steps[run.context["step_id"]].username, run.event.kind) for run in runs]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_walk_tells_of_everybody_who_is_asked(strategy: WorkflowStrategy) -> None:
    ann, bob, eve = people("ann", "bob", "eve")
    first, then = by_role(group_of(bob, eve), "consensus"), by_user(ann)
    positions = [[first, then]] if strategy == ONE else [[first, then], [by_user(bob)], [by_user(eve)]]
    document = DocumentFactory()
    told = Told(document)
    attachment = attach_workflow_to_object(document, template_for(strategy, positions), ann, auto_start=False)
    assert told() == []
    services.start_workflow(attachment_id=attachment.pk, actor=ann)
    assert told() == [("bob", "started"), ("eve", "started")]
    approve(document, bob)
    assert told() == []
    approve(document, eve)
    assert told() == [("ann", "approved")]
    approve(document, ann)
    if strategy == ONE:
        assert told() == []
        return
    moved = "stage_moved" if strategy == WorkflowStrategy.WORKFLOW_PIPELINE_STAGE else "pipeline_moved"
    assert told() == [("bob", moved)]
    approve(document, bob)
    assert told() == [("eve", moved)]
    approve(document, eve)
    assert (told(), attachment_of(document).status) == ([], "completed")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_seat_that_is_passed_on_and_a_run_that_is_sent_back_ask_anew(
    strategy: WorkflowStrategy, settings: Any
) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    ann, bob, eve, boss = people("ann", "bob", "eve", "boss")
    Profile.objects.create(user=eve, manager=boss)
    document = DocumentFactory()
    told = Told(document)
    attach_workflow_to_object(document, template_for(strategy, [[by_user(bob)]]), ann)
    assert told() == [("bob", "started")]
    services.delegate_step(step_id=seat(document, bob).pk, actor=bob, user_id=eve.pk)
    assert told() == [("eve", "delegated")]
    services.escalate_step(step_id=seat(document, eve).pk, actor=eve)
    assert told() == [("boss", "escalated")]
    services.request_resubmission(step_id=seat(document, boss).pk, actor=boss, reason="Once more")
    assert told() == [("bob", "resubmission_requested")]


def test_of_a_chain_each_is_told_of_when_the_turn_comes(settings: Any) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    ann, bob, boss = people("ann", "bob", "boss")
    Profile.objects.create(user=ann, manager=bob)
    Profile.objects.create(user=bob, manager=boss)
    chain = by_role(group_of(bob), "hierarchy_chain") | {"hierarchy_levels": 2}
    document = DocumentFactory()
    told = Told(document)
    attach_workflow_to_object(document, template_for(ONE, [[chain]]), ann)
    assert told() == [("bob", "started")]
    approve(document, bob)
    assert told() == [("boss", "approved")]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_package_s_own_door_tells_of_it_too(strategy: WorkflowStrategy, settings: Any) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    ann, bob, eve, boss = people("ann", "bob", "eve", "boss")
    Profile.objects.create(user=eve, manager=boss)
    document = DocumentFactory()
    told = Told(document)
    attach_workflow_to_object(document, template_for(strategy, [[by_user(bob), by_user(ann)]]), ann)
    assert told() == [("bob", "started")]
    advance_flow(instance=seat(document, bob), action="delegated", user=bob, delegate_to=eve)
    assert told() == [("eve", "delegated")]
    advance_flow(instance=seat(document, eve), action="approved", user=eve)
    assert told() == [("ann", "approved")]


def test_it_comes_after_the_other_events_and_brings_the_user(
    calls: Any, django_capture_on_commit_callbacks: Any
) -> None:
    (ann,) = people("ann")
    User.objects.filter(pk=ann.pk).update(email="ann@example.com")
    template = template_for(ONE, [[by_user(ann)]])
    configure(template, "notify", ActionType.ON_WORKFLOW_START)
    document = DocumentFactory()
    with django_capture_on_commit_callbacks(execute=True):
        attachment = attach_workflow_to_object(document, template, ann)
    assert [set(call["context"]) - {"user"} for call in calls] == [
        {"initial_stage", "initial_pipeline"},
        {"asked", "step_id"},
    ]
    context = calls[-1]["context"]
    assert (context["asked"], context["user"], context["step_id"]) == (ann, ann, seat(document, ann).pk)
    assert resolve_recipients(["asked"], attachment, **context) == {"ann@example.com"}


@pytest.mark.parametrize("owner", [Stage, Pipeline])
def test_it_is_looked_up_where_the_seat_is(owner: Any) -> None:
    (ann,) = people("ann")
    template = template_for(WorkflowStrategy.WORKFLOW_PIPELINE_STAGE, [[by_user(ann)]] * 3)
    configure(owner.objects.earliest("pk"), "tell", ASKED)
    document = DocumentFactory()
    attach_workflow_to_object(document, template, ann)
    approve(document, ann)
    approve(document, ann)
    found = [path.rpartition(".")[2] for path in ActionRun.objects.values_list("function_path", flat=True)]
    assert found == (["tell", "notify", "notify"] if owner is Stage else ["tell", "tell", "notify"])


def statements_of_a_start(members: int, *, answered: bool) -> int:
    (ann,) = people(f"ann of {members}, {answered}")
    role = by_role(group_of(ann, *UserFactory.create_batch(members - 1)), "consensus")
    template = template_for(ONE, [[role]])
    if answered:
        configure(template, "notify", ASKED)
    attach_workflow_to_object(DocumentFactory(), template, ann)  # makes the version
    with CaptureQueriesContext(connection) as captured:
        attach_workflow_to_object(DocumentFactory(), template, ann)
    return len(captured)


def test_many_seats_cost_as_much_as_one_and_nothing_without_an_action() -> None:
    with override_settings(WORKFLOW_ACTIONS_CONFIG=[]):
        bare = statements_of_a_start(2, answered=False)
        assert statements_of_a_start(20, answered=False) == bare
        runs = ActionRun.objects.count()
        assert statements_of_a_start(2, answered=True) == bare + 1
        assert statements_of_a_start(20, answered=True) == bare + 1
    assert (runs, ActionRun.objects.count()) == (0, 2 * 2 + 2 * 20)


def test_objects_that_are_attached_together_tell_of_their_people() -> None:
    ann, bob = people("ann", "bob")
    documents = [DocumentFactory() for _ in range(3)]
    attach_workflow_to_objects(documents, template_for(ONE, [[by_role(group_of(ann, bob), "consensus")]]), ann)
    runs = ActionRun.objects.filter(action_type=ASKED).values_list("attachment", "context__asked")
    keys = [attachment_of(document).pk for document in documents]
    assert sorted(runs) == sorted((key, user.pk) for key in keys for user in (ann, bob))


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("started", [True, False])
def test_a_run_that_is_called_off_tells_why(strategy: WorkflowStrategy, started: bool, calls: Any) -> None:
    (ann,) = people("ann")
    template = template_for(strategy, [[by_user(ann)]])
    configure(template, "notify", CANCELLED, parameters={"of": "workflow"})
    if strategy != ONE:
        configure(template.pipelines.get(), "notify", CANCELLED, parameters={"of": "pipeline"})
    attachment = attach_workflow_to_object(DocumentFactory(), template, ann, auto_start=started)
    place = (attachment.current_pipeline_id, attachment.current_stage_id)
    cancel_workflow(attachment_id=attachment.pk, actor=ann, reason="No use")
    (run,) = ActionRun.objects.filter(action_type=CANCELLED)
    assert run.parameters == {"of": "pipeline" if started and strategy != ONE else "workflow"}
    assert (run.current_pipeline_id, run.current_stage_id) == (place if started else (None, None))
    run_now([run.pk])
    (call,) = calls
    assert (call["context"], call["status"]) == ({"user": ann, "reason": "No use"}, "cancelled")
