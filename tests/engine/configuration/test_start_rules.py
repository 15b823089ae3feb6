"""Start rules: which workflow an object takes where nobody names one."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.errors import InvalidDefinition, NotFound
from django_workflow_engine.models import StartRule, WorkFlow
from django_workflow_engine.services import (
    attach_workflow_to_object,
    create_start_rule,
    delete_start_rule,
    get_workflow_attachment,
    matching_workflow,
    update_start_rule,
)
from tests.engine.conditions.routes import compare
from tests.factories import UserFactory, by_user, template_for
from tests.snapshot import unchanged
from tests.testapp.models import Deal, Document

pytestmark = pytest.mark.django_db
DEAR = compare("amount", "greater", 1000)


def template(name: str) -> WorkFlow:
    return template_for(3, [[by_user(UserFactory())]], name_en=name)


@pytest.fixture
def small() -> WorkFlow:
    return template("Small deals")


@pytest.fixture
def large() -> WorkFlow:
    return template("Large deals")


def rules(small: WorkFlow, large: WorkFlow, **more: Any) -> tuple[StartRule, StartRule]:
    return (
        create_start_rule(model=Deal, workflow_id=small.pk, **more),
        create_start_rule(model=Deal, workflow_id=large.pk, condition=DEAR, weight=10, **more),
    )


def test_the_rule_with_the_greatest_weight_that_holds_counts(small: WorkFlow, large: WorkFlow) -> None:
    everything, dear = rules(small, large)
    for amount, workflow, rule in [(5, small, everything), (1001, large, dear)]:
        found = matching_workflow(Deal.objects.create(title="D", amount=amount))
        assert (found.workflow, found.rule) == (workflow, rule)
    assert found.because == "“Amount is more than 1000” holds. Amount: 1001.00."


def test_without_a_rule_that_holds_it_is_said_why(large: WorkFlow) -> None:
    deal = Deal.objects.create(title="D", amount=5)
    assert matching_workflow(deal).because == "No rule says which workflow the object takes."
    create_start_rule(model=Deal, workflow_id=large.pk, condition=DEAR)
    found = matching_workflow(deal)
    assert (found.workflow, found.rule) == (None, None)
    assert found.because == (
        "No rule holds for the object. Large deals: “Amount is more than 1000” does not hold. Amount: 5.00."
    )


def test_attaching_without_a_workflow_takes_that_of_the_rules(small: WorkFlow, large: WorkFlow) -> None:
    rules(small, large)
    attachment = attach_workflow_to_object(Deal.objects.create(title="D", amount=5000))
    assert attachment.workflow.cloned_from == large
    document = Document.objects.create(title="No rule")
    with unchanged(), pytest.raises(NotFound) as refused:
        attach_workflow_to_object(document)
    assert refused.value.path == ("workflow_id",)


def test_an_inactive_rule_counts_for_nothing(small: WorkFlow, large: WorkFlow) -> None:
    _everything, dear = rules(small, large)
    update_start_rule(id=dear.pk, is_active=False)
    assert matching_workflow(Deal.objects.create(title="D", amount=5000)).workflow == small


def test_two_active_rules_of_a_model_never_have_the_same_weight(small: WorkFlow, large: WorkFlow) -> None:
    everything, dear = rules(small, large)
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        update_start_rule(id=everything.pk, weight=10)
    (fault,) = refused.value.faults
    assert (fault.code, fault.path) == (ErrorCode.CONFLICT, ("weight",))
    update_start_rule(id=dear.pk, is_active=False)
    update_start_rule(id=everything.pk, weight=10)
    with unchanged(), pytest.raises(InvalidDefinition):
        update_start_rule(id=dear.pk, is_active=True)


def test_a_missing_value_is_no_reason_to_take_a_workflow(large: WorkFlow) -> None:
    create_start_rule(model=Deal, workflow_id=large.pk, condition=compare("metadata.vip", "equal", True))
    deal = Deal.objects.create(title="D")
    assert matching_workflow(deal).workflow is None
    assert matching_workflow(deal, metadata={"vip": True}).workflow == large


@pytest.mark.parametrize(
    ("condition", "path"),
    [
        (compare("salary", "equal", 1), ("condition", "compare", "field")),
        (compare("form.total", "equal", 1), ("condition", "compare", "field")),
        (compare("amount", "equal", "x"), ("condition", "compare", "value")),
        ({"all": []}, ("condition", "all")),
    ],
    ids=["an unknown field", "a form", "a wrong value", "nothing"],
)
def test_a_wrong_condition_is_refused_at_its_path(large: WorkFlow, condition: Any, path: tuple[str, ...]) -> None:
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        create_start_rule(model=Deal, workflow_id=large.pk, condition=condition)
    assert refused.value.path == path
    rule = StartRule(content_type=ContentType.objects.get_for_model(Deal), workflow=large, condition=condition)
    with unchanged(), pytest.raises(ValidationError):
        rule.save()


def test_rules_are_changed_and_deleted(small: WorkFlow, large: WorkFlow) -> None:
    everything, dear = rules(small, large)
    update_start_rule(id=dear.pk, condition=None, workflow_id=small.pk)
    dear.refresh_from_db()
    assert (dear.condition, dear.workflow) == (None, small)
    delete_start_rule(id=everything.pk)
    assert list(StartRule.objects.all()) == [dear]
    for call in (delete_start_rule, update_start_rule):
        with pytest.raises(NotFound):
            call(id=everything.pk)


def test_a_frozen_version_is_no_rule_s_workflow(small: WorkFlow) -> None:
    version = attach_workflow_to_object(Deal.objects.create(title="D"), small).workflow
    with unchanged(), pytest.raises(NotFound) as refused:
        create_start_rule(model=Deal, workflow_id=version.pk)
    assert refused.value.path == ("workflow_id",)


def test_new_objects_start_where_their_rule_says_so(
    small: WorkFlow, large: WorkFlow, django_capture_on_commit_callbacks: Any
) -> None:
    _everything, dear = rules(small, large)
    update_start_rule(id=dear.pk, auto_start=True)
    new, other = Deal.objects.create(title="D", amount=5000), Deal.objects.create(title="D", amount=5)
    attachment = get_workflow_attachment(new)
    assert attachment is not None
    assert attachment.workflow.cloned_from == large
    assert get_workflow_attachment(other) is None


def test_a_rule_that_breaks_keeps_no_object_from_being_saved(large: WorkFlow, caplog: Any) -> None:
    rule = create_start_rule(model=Deal, workflow_id=large.pk, auto_start=True)
    StartRule.objects.filter(pk=rule.pk).update(
        condition={"compare": {"field": "gone", "operator": "equal", "value": 1}}
    )
    deal = Deal.objects.create(title="D")
    assert get_workflow_attachment(deal) is None
    WorkFlow.objects.filter(pk=large.pk).update(is_active=False, status="inactive")
    StartRule.objects.filter(pk=rule.pk).update(condition=None)
    assert get_workflow_attachment(Deal.objects.create(title="D")) is None
    assert "No workflow was started" in caplog.text
