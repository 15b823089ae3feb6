"""Which actions answer an event: stage, else pipeline, else workflow, else the settings, else none."""

from __future__ import annotations

import logging

import pytest
from django.test import override_settings

from django_workflow_engine.choices import ActionType
from tests.engine.actions.firing import PATH, attach, configure, enqueue, event, kept, template
from tests.factories import STRATEGIES
from tests.runs import approve

pytestmark = pytest.mark.django_db

CONFIG = [
    {"action_type": "after_approve", "function_path": f"{PATH}.tell", "order": 2, "parameters": {"from": "settings"}},
    {"action_type": "AFTER_APPROVE", "function_path": f"{PATH}.notify", "order": 1},
    {"action_type": "after_approve", "function_path": f"{PATH}.fail", "is_active": False},
    {"action_type": "after_reject", "function_path": f"{PATH}.fail"},
    "nonsense",
]


@pytest.fixture
def workflow():
    return template()


def first_stage(workflow):
    return workflow.pipelines.first().stages.first()


def answered(workflow) -> list[str]:
    """The names of the functions that an approval on the first stage calls for."""
    enqueue(attach(workflow))
    return [path.rpartition(".")[2] for path in kept("function_path")]


@override_settings(WORKFLOW_ACTIONS_CONFIG=CONFIG)
def test_the_stage_s_actions_are_the_only_ones(workflow):
    configure(workflow, "fail")
    configure(workflow.pipelines.first(), "fail")
    configure(first_stage(workflow), "notify")
    assert answered(workflow) == ["notify"]


@override_settings(WORKFLOW_ACTIONS_CONFIG=CONFIG)
def test_the_pipeline_s_actions_answer_where_the_stage_has_none_of_the_event(workflow):
    configure(workflow, "fail")
    configure(workflow.pipelines.first(), "notify")
    configure(first_stage(workflow), "fail", ActionType.AFTER_REJECT)
    assert answered(workflow) == ["notify"]


@override_settings(WORKFLOW_ACTIONS_CONFIG=CONFIG)
def test_the_workflow_s_actions_answer_where_the_levels_below_have_only_inactive_ones(workflow):
    configure(workflow, "notify")
    configure(workflow.pipelines.first(), "fail", is_active=False)
    configure(first_stage(workflow), "fail", is_active=False)
    configure(workflow.pipelines.first().stages.last(), "fail")
    assert answered(workflow) == ["notify"]


@override_settings(WORKFLOW_ACTIONS_CONFIG=CONFIG)
def test_the_settings_answer_where_the_database_has_none_in_their_order(workflow):
    configure(workflow, "fail", ActionType.AFTER_DELEGATE)
    assert answered(workflow) == ["notify", "tell"]
    assert kept("parameters") == [{}, {"from": "settings"}]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_nothing_answers_where_nothing_is_configured(strategy, caplog):
    with caplog.at_level(logging.DEBUG, logger="django_workflow_engine.actions.resolution"):
        assert answered(template(strategy)) == []
    assert "after_approve is answered by no action" in caplog.messages


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_has_the_workflow_s_actions(strategy):
    workflow = template(strategy)
    configure(workflow, "notify")
    assert answered(workflow) == ["notify"]


def test_actions_of_one_level_come_by_order_and_then_in_the_order_in_which_they_were_made(workflow):
    for function, order in (("tell", 2), ("notify", 1), ("refuse", 2), ("fail", 0)):
        configure(workflow, function, order=order)
    assert answered(workflow) == ["fail", "notify", "tell", "refuse"]
    assert kept("order") == [0, 1, 2, 3]


def test_an_event_without_a_position_is_answered_where_the_attachment_stands(workflow):
    configure(first_stage(workflow), "notify", ActionType.AFTER_DELEGATE)
    attachment = attach(workflow)
    fired = event(attachment, ActionType.AFTER_DELEGATE)
    enqueue(attachment, type(fired)(action_type=fired.action_type, position=None))
    assert kept("current_stage_id") == [attachment.current_stage_id]


WRONG = [
    {"order": "first"},
    {"order": None},
    {"order": []},
    {"parameters": {"a": {1}}},
    {"parameters": {"a": float("nan")}},
    {"parameters": object()},
    {"function_path": 3},
    {"function_path": "\x00"},
    {"function_path": "x" * 300},
    {"action_type": None},
    {"is_active": "False"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_a_wrong_entry_of_the_settings_stops_no_decision_and_no_other_entry(wrong, caplog):
    good = {"action_type": "after_approve", "function_path": f"{PATH}.notify", "order": 1}
    attachment = attach(template())
    with override_settings(WORKFLOW_ACTIONS_CONFIG=[{**good, "order": 2}, {**good, **wrong}, good]):
        approve(attachment.target, attachment.started_by)
    assert len(kept("pk")) == 2
    assert [message for message in caplog.messages if "WORKFLOW_ACTIONS_CONFIG[1]" in message]
