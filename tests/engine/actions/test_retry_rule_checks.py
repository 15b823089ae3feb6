"""System checks of retry rules: what cannot be one, and names that nobody registered; neither harms a run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from django_workflow_engine.actions import Doubling, RetryRule, retry_rule, retry_rules, workflow_action
from django_workflow_engine.checks import check_actions, check_settings
from tests.engine.actions.firing import PATH
from tests.engine.actions.retrying import Steady, by_default, failing, wait
from tests.testapp import workflow_actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("forget")]


def told() -> list[tuple[str, str]]:
    """The numbers and texts of the messages; each of them is an error with a hint."""
    found = [*check_settings(None), *check_actions(None)]
    assert all(message.hint and message.is_serious() for message in found)
    return [(message.id.rpartition(".")[2], message.msg) for message in found]


class Abstract(RetryRule):
    """It says nothing."""


class Greedy(RetryRule):
    def delay_after(self, failed, more): ...


class Slow(RetryRule):
    async def delay_after(self, failed): ...


class Hopeless(RetryRule):
    def __init__(self):
        raise LookupError("no printer")

    def delay_after(self, failed): ...


@pytest.mark.parametrize(
    ("name", "parameters", "made_of", "problem"),
    [
        ("", {}, Steady, "has a name that is no identifier"),
        ("now and then", {}, Steady, "has a name that is no identifier"),
        (7, {}, Steady, "has a name that is no identifier"),
        ("doubling", {}, Steady, "has a name that is taken already"),
        ("rule", {}, dict, "cannot be used: TypeError: <class 'dict'> is no subclass of RetryRule"),
        ("rule", {}, Steady(), f"cannot be used: TypeError: {Steady()!r} is no subclass of RetryRule"),
        ("rule", {}, Hopeless, "cannot be used: LookupError: no printer"),
        ("rule", {}, Greedy, "cannot be used: TypeError: missing a required argument: 'more'"),
        ("rule", {}, Slow, "has an asynchronous `delay_after`"),
    ],
)
def test_a_rule_that_cannot_be_one_is_an_error(name, parameters, made_of, problem):
    assert retry_rule(name, **parameters)(made_of) is made_of
    assert told() == [("E026", f"The retry rule {name!r} {problem}.")]


@pytest.mark.parametrize(
    ("made_of", "parameters", "error"),
    [
        (Abstract, {}, "TypeError: Can't instantiate abstract class Abstract"),
        (RetryRule, {}, "TypeError: Can't instantiate abstract class RetryRule"),
        (Steady, {"colour": "red"}, "TypeError: Steady.__init__() got an unexpected keyword argument 'colour'"),
    ],
)
def test_a_rule_that_cannot_be_made_is_an_error(made_of, parameters, error):
    retry_rule("rule", **parameters)(made_of)
    ((number, text),) = told()
    assert number == "E026"
    assert text.startswith(f"The retry rule 'rule' cannot be used: {error}")


def test_one_class_may_have_several_names_and_an_action_may_ask_for_any_of_them():
    retry_rule("eager", first_wait=timedelta(seconds=1))(Doubling)
    retry_rule("once", attempts=1)(Doubling)
    workflow_action(retry="eager")(workflow_actions.refuse)
    with by_default("once"):
        assert told() == []


def test_the_built_in_rules_are_registered_as_any_other_and_cannot_be_replaced():
    assert [(one.name, one.made_of, one.parameters) for one in retry_rules.registrations()] == [
        ("doubling", Doubling, {}),
        ("single_attempt", Doubling, {"attempts": 1}),
    ]
    retry_rule("doubling")(Steady)
    failing()
    assert wait() == 60


@pytest.mark.parametrize("name", ["tripling", Steady, 3], ids=repr)
def test_an_action_that_asks_for_a_rule_that_is_not_there_is_an_error(name):
    workflow_action(retry=name)(workflow_actions.refuse)
    text = f"The action {PATH}.refuse names the retry rule {name!r}, which is not registered."
    assert told() == [("E027", text)]
    failing()
    assert wait() == 60


def test_a_default_rule_that_is_not_there_is_an_error():
    with by_default("tripling"):
        text = "DJANGO_WORKFLOW_ENGINE['ACTION_RETRY_RULE'] names the retry rule 'tripling', which is not registered."
        assert told() == [("E027", text)]


@pytest.mark.parametrize("name", [None, "", 3, ["doubling"], Steady], ids=repr)
def test_a_default_rule_that_is_no_name_is_an_error_and_the_built_in_one_counts(name):
    with by_default(name):
        assert told() == [("E022", "DJANGO_WORKFLOW_ENGINE['ACTION_RETRY_RULE'] cannot be used.")]
        failing()
    assert wait() == 60
