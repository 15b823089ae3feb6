"""A wrong rule of AUTO_START_WORKFLOWS harms itself alone: rows are saved, other rules go on, and it is told once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import serializers
from django.db import connection, transaction
from django.test import override_settings

from django_workflow_engine.checks import check_settings
from django_workflow_engine.models import WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.services import ConfigurationChanges, configure_model
from tests.factories import UserFactory, by_user, template_for
from tests.runs import attachment_of
from tests.testapp.models import Deal, Document, Unlisted, UuidDocument

pytestmark = pytest.mark.django_db
GOOD = {"workflow_slug": "big_purchase"}
# What a rule may be by mistake.
WRONG: list[Any] = [
    None,
    5,
    "big_purchase",
    ["big_purchase"],
    {},
    {"workflow": "big_purchase"},
    {"workflow_slug": None},
    {"workflow_slug": 7},
    {"workflow_slug": ["big_purchase"]},
    {"workflow_slug": "big_purchase", "condition": {}},
    {"workflow_slug": "big_purchase", "conditions": "amount"},
    {"workflow_slug": "big_purchase", "conditions": [("amount__gte", 1)]},
    {"workflow_slug": "big_purchase", "conditions": {7: 1}},
    {"workflow_slug": "big_purchase", "conditions": {"no_such_field": 1}},
    {"workflow_slug": "big_purchase", "conditions": {"amount__no_such_lookup": 1}},
    {"workflow_slug": "big_purchase", "conditions": {"amount__gte": "many"}},
    {"workflow_slug": "big_purchase", "conditions": {"amount__gte": object()}},
    {"workflow_slug": "big_purchase", "conditions": {"created_by": "nobody"}},
]


@pytest.fixture(autouse=True)
def template() -> Any:
    return template_for(2, [[by_user(UserFactory())]], name_en="Big purchase")


def rules(**given: Any) -> Any:
    """AUTO_START_WORKFLOWS for these models of the test app, every model being enabled."""
    found = {f"testapp.{name}": rule for name, rule in given.items()}
    return override_settings(DJANGO_WORKFLOW_ENGINE={"AUTO_START_WORKFLOWS": found})


def logged(caplog: Any) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_rule_stops_no_row_and_no_other_rule(wrong: Any, caplog: Any) -> None:
    with rules(Deal=wrong, Document=GOOD):
        deals = [Deal.objects.create(title=f"Printer {number}", amount=5) for number in range(3)]
        document, other = Document.objects.create(title="Chairs"), UuidDocument.objects.create(title="Offer")
        assert [message.id for message in check_settings(None)] != []
    assert Deal.objects.count() == 3
    assert UuidDocument.objects.get() == other
    assert attachment_of(document).target == document
    assert WorkflowAttachment.objects.count() == 1
    assert len(logged(caplog)) == 1
    assert "testapp.Deal" in logged(caplog)[0]
    assert deals[0].pk is not None


def test_a_wrong_rule_is_told_again_when_the_settings_have_changed(caplog: Any) -> None:
    for _ in range(2):
        with rules(Deal=None):
            Deal.objects.create(title="Printer")
    assert len(logged(caplog)) == 2


@pytest.mark.parametrize("written", [None, 5, "testapp.Deal", ["testapp.Deal"], {7: GOOD}, {None: None}])
def test_rules_that_are_no_dictionary_stop_nothing(written: Any, caplog: Any) -> None:
    with override_settings(DJANGO_WORKFLOW_ENGINE={"AUTO_START_WORKFLOWS": written}):
        Deal.objects.create(title="Printer")
        Unlisted.objects.create(title="Ruler")
        assert [message.id for message in check_settings(None)] == ["django_workflow_engine.E005"]
    assert (Deal.objects.count(), Unlisted.objects.count(), WorkflowAttachment.objects.count()) == (1, 1, 0)
    assert logged(caplog) == []


def test_the_configuration_does_not_stand_in_for_a_wrong_rule(template: Any) -> None:
    changes = ConfigurationChanges(auto_start_workflow=True, default_workflow_id=template.pk)
    configure_model(model=Deal, changes=changes)
    with rules(Deal={"workflow_slug": 7}):
        Deal.objects.create(title="Printer")
    assert WorkflowAttachment.objects.count() == 0


def test_a_row_is_saved_inside_of_the_callers_transaction_which_goes_on(caplog: Any) -> None:
    with rules(Deal={**GOOD, "conditions": {"title__regex": "("}}), transaction.atomic():
        Deal.objects.create(title="Printer")
        Document.objects.create(title="Chairs")
    assert (Deal.objects.count(), Document.objects.count()) == (1, 1)
    assert len(logged(caplog)) == 1


def test_bulk_rows_and_fixtures_start_nothing_and_are_stored() -> None:
    with rules(Deal=None, Document=GOOD):
        Deal.objects.bulk_create([Deal(title="One"), Deal(title="Two")])
        for loaded in serializers.deserialize("json", serializers.serialize("json", [Document(title="Chairs")])):
            loaded.save()
    assert (Deal.objects.count(), Document.objects.count(), WorkflowAttachment.objects.count()) == (2, 1, 0)


@pytest.mark.django_db(transaction=True)  # MySQL commits where a table is renamed: the rows would stay for other tests
def test_rows_are_saved_before_the_engines_tables_are_there(caplog: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_workflow_engine_workflowconfiguration RENAME TO away")
    try:
        with rules(Deal=GOOD), transaction.atomic():
            Deal.objects.create(title="Printer")
            Unlisted.objects.create(title="Ruler")
        assert (Deal.objects.count(), Unlisted.objects.count()) == (1, 1)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO django_workflow_engine_workflowconfiguration")
    assert WorkflowConfiguration.objects.count() == 0
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
