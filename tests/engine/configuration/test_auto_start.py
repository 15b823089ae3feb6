"""Starting a workflow when a row is created: by AUTO_START_WORKFLOWS, else by the model's configuration."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core import serializers
from django.db import IntegrityError, transaction
from django.db.migrations.state import ModelState, StateApps
from django.db.models.signals import post_save
from django.test import override_settings

from django_workflow_engine import conf
from django_workflow_engine.choices import AttachmentStatus
from django_workflow_engine.models import WorkFlow, WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.services import auto_start
from django_workflow_engine.services.configuration.registration import register_model_for_workflow
from tests.factories import STRATEGIES, UserFactory, by_self, by_user, template_for
from tests.runs import asked, attachment_of, place
from tests.testapp.models import Deal, Document, LateInvoice, Unlisted, UuidDocument

pytestmark = pytest.mark.django_db
LOGGER = "django_workflow_engine.services.auto_start"
LISTED = ["testapp.Deal", "testapp.UuidDocument"]


@pytest.fixture
def approver():
    return UserFactory()


@pytest.fixture
def template(approver):
    return template_for(2, [[by_user(approver)]], name_en="Big purchase")


def rule(slug: str = "big_purchase", label: str = "testapp.Deal", listed=LISTED, **rest: Any):
    """AUTO_START_WORKFLOWS with one rule; `rest` is its conditions, if there are any."""
    found = {"workflow_slug": slug} | ({"conditions": rest} if rest else {})
    return override_settings(DJANGO_WORKFLOW_ENGINE={"ENABLED_MODELS": listed, "AUTO_START_WORKFLOWS": {label: found}})


def test_a_row_that_is_made_by_way_of_a_proxy_starts_what_its_model_starts(approver, template):
    with rule(label="testapp.Invoice", listed=["testapp.Invoice"], status="draft"):
        invoice = LateInvoice.objects.create(number="INV-1")
    assert (attachment_of(invoice).workflow.cloned_from, asked(invoice)) == (template, [approver])


def started() -> int:
    return WorkflowAttachment.objects.count()


def errors(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_new_row_starts_the_workflow_of_its_rule_in_every_strategy(strategy, approver):
    template = template_for(strategy, [[by_user(approver)]], name_en="Big purchase")
    with rule():
        deal = Deal.objects.create(title="Printer")
    attachment = attachment_of(deal)
    assert (attachment.workflow.cloned_from, attachment.status) == (template, AttachmentStatus.IN_PROGRESS)
    assert attachment.started_by is None
    assert asked(deal) == [approver]


@pytest.mark.parametrize(("amount", "count"), [(Decimal("999.99"), 0), (Decimal("1000"), 1), ("1000.00", 1), (2500, 1)])
def test_the_conditions_are_asked_of_the_stored_row(amount, count, template):
    with rule(amount__gte=1000):
        Deal.objects.create(title="Printer", amount=amount)
    assert started() == count


@pytest.mark.parametrize(("title", "count"), [("Urgent printer", 1), ("Printer", 0)])
def test_all_conditions_are_needed_and_may_span_relations(title, count, template):
    owner = UserFactory(username="zoe")
    with rule(title__istartswith="urgent", created_by__username="zoe"):
        Deal.objects.create(title=title, created_by=owner)
        Deal.objects.create(title=title, created_by=UserFactory())
    assert started() == count


def test_a_rule_is_for_creation_only(template):
    with rule(amount__gte=1000):
        deal = Deal.objects.create(title="Printer", amount=10)
        deal.amount = 5000
        deal.save()
    assert started() == 0


def test_rows_of_a_fixture_start_nothing(template):
    with rule():
        data = serializers.serialize("json", [Deal(title="Printer")])
        for loaded in serializers.deserialize("json", data):
            loaded.save()
        assert Deal.objects.count() == 1
    assert started() == 0


def test_other_models_start_nothing(template):
    with rule():
        UuidDocument.objects.create(title="Offer")
    assert started() == 0


@pytest.mark.parametrize(
    "conditions",
    [{"no_such_field": 1}, {"amount__no_such_lookup": 1}, {"amount__gte": "many"}, {"created_by__username__x": ""}],
)
def test_a_condition_that_cannot_be_asked_starts_nothing_and_is_logged(conditions, template, caplog):
    with rule(**conditions):
        deal = Deal.objects.create(title="Printer")
    assert Deal.objects.filter(pk=deal.pk).exists()
    assert started() == 0
    assert errors(caplog) == [
        "AUTO_START_WORKFLOWS of testapp.Deal has conditions that cannot be asked. No workflow is started on new rows."
    ]


@pytest.mark.parametrize(
    ("fields", "count"), [({"name_en": "Other"}, 1), ({"status": "inactive", "is_active": False}, 1), ({}, 2)]
)
def test_a_slug_that_means_no_active_workflow_or_several_starts_nothing_and_is_logged(fields, count, approver, caplog):
    for _ in range(count):
        row = template_for(3, [[by_user(approver)]], name_en="Big purchase")
        WorkFlow.objects.filter(pk=row.pk).update(**fields or {"description": "twice"})
    with rule():
        Deal.objects.create(title="Printer")
    assert started() == 0
    problem = "several active workflows answer" if count == 2 else "no active workflow answers"
    assert errors(caplog) == [f"AUTO_START_WORKFLOWS of testapp.Deal: {problem} to 'big_purchase'"]


def test_frozen_versions_do_not_answer_to_a_slug(template):
    with rule():
        first, second = Deal.objects.create(title="One"), Deal.objects.create(title="Two")
    assert attachment_of(first).workflow == attachment_of(second).workflow


def test_a_workflow_without_an_approver_leaves_the_row_and_nothing_else(caplog):
    template_for(3, [[by_self()]], name_en="Big purchase")
    with rule():
        deal = Deal.objects.create(title="Printer")
    assert Deal.objects.filter(pk=deal.pk).exists()
    assert (started(), WorkFlow.objects.filter(is_hidden=True).count()) == (0, 0)
    assert errors(caplog) == [f"No workflow was started on the new testapp.Deal({deal.pk})"]


def test_the_creator_may_be_the_approver():
    template_for(3, [[by_self()]], name_en="Big purchase")
    creator = UserFactory()
    with rule():
        deal = Deal.objects.create(title="Printer", created_by=creator)
    assert asked(deal) == [creator]


def test_a_database_that_breaks_in_the_start_leaves_the_transaction_of_the_saver_whole(template, monkeypatch, caplog):
    def break_the_database(*args: Any) -> None:
        WorkflowConfiguration.objects.create(content_type_id=None)

    monkeypatch.setattr(auto_start, "attach_on_behalf_of", break_the_database)
    with rule(), transaction.atomic():
        Deal.objects.create(title="Printer")
        Deal.objects.create(title="Scanner")
    assert Deal.objects.count() == 2
    assert [record.exc_info[0] for record in caplog.records if record.levelname == "ERROR"] == [IntegrityError] * 2


def test_what_rolls_the_row_back_rolls_the_start_back(template):
    with rule(), transaction.atomic():
        Deal.objects.create(title="Printer")
        assert started() == 1
        transaction.set_rollback(True)
    assert (started(), Deal.objects.count()) == (0, 0)


def test_the_configuration_does_the_same_with_its_default_workflow(template, approver):
    register_model_for_workflow(Deal, auto_start=True, default_workflow=template)
    deal = Deal.objects.create(title="Printer")
    assert attachment_of(deal).workflow.cloned_from == template
    assert asked(deal) == [approver]


def test_the_reference_s_registration_without_a_default_workflow_starts_nothing_and_is_no_error(caplog):
    register_model_for_workflow(Deal, auto_start=True, status_field="status")
    Deal.objects.create(title="Printer")
    assert (started(), errors(caplog)) == (0, [])


@pytest.mark.parametrize("changed", [{"is_enabled": False}, {"auto_start_workflow": False}])
def test_a_configuration_that_is_switched_off_starts_nothing_and_is_no_error(changed, template, caplog):
    register_model_for_workflow(Deal, auto_start=True, default_workflow=template)
    WorkflowConfiguration.objects.update(**changed)
    Deal.objects.create(title="Printer")
    assert (started(), errors(caplog)) == (0, [])


def test_a_model_that_is_switched_off_starts_nothing_by_its_rule_either(template, caplog):
    register_model_for_workflow(Deal, is_enabled=False)
    with rule():
        Deal.objects.create(title="Printer")
    assert (started(), errors(caplog)) == (0, [])


def test_a_rule_goes_before_the_configuration_even_where_its_conditions_do_not_hold(template, approver):
    other = template_for(3, [[by_user(approver)]], name_en="Every deal")
    register_model_for_workflow(Deal, auto_start=True, default_workflow=other)
    with rule(amount__gte=1000):
        small, big = Deal.objects.create(title="Pen"), Deal.objects.create(title="Printer", amount=1000)
    assert not WorkflowAttachment.objects.for_object(small).exists()
    assert attachment_of(big).workflow.cloned_from == template


def test_a_default_workflow_that_is_not_active_is_logged(template, caplog):
    WorkFlow.objects.filter(pk=template.pk).update(status="inactive", is_active=False)
    register_model_for_workflow(Deal, auto_start=True, default_workflow=template)
    deal = Deal.objects.create(title="Printer")
    assert (started(), errors(caplog)) == (0, [f"No workflow was started on the new testapp.Deal({deal.pk})"])


def test_a_model_outside_of_enabled_models_is_not_even_looked_at(template, django_assert_num_queries):
    with django_assert_num_queries(1):
        Unlisted.objects.create(title="Letter")


@override_settings(DJANGO_WORKFLOW_ENGINE={})
def test_where_every_model_is_enabled_django_s_own_rows_are_not_looked_at(django_assert_num_queries):
    with django_assert_num_queries(1):
        Group.objects.create(name="reviewers")
    register_model_for_workflow(Unlisted)
    with django_assert_num_queries(
        5
    ):  # the row, a savepoint around the questions for a configuration and for start rules
        Unlisted.objects.create(title="Letter")


def test_django_s_own_rows_take_part_where_a_rule_names_their_model(template):
    with rule(label="auth.Group", listed=[]):
        group = Group.objects.create(name="reviewers")
    assert attachment_of(group).workflow.cloned_from == template


def test_models_that_take_no_workflows_are_not_listened_to():
    historical = ModelState.from_model(Deal).render(StateApps([], {}))
    assert [post_save.has_listeners(model) for model in (Deal, Permission, LogEntry, historical)] == [
        True,
        False,
        False,
        False,
    ]


def test_a_label_names_the_same_model_whatever_its_case():
    for model in apps.get_models():
        for label in (model._meta.label, model._meta.label.upper(), model._meta.label_lower):
            assert conf.find_model(label) is model
    for nothing in ("testapp", "", ".", "testapp.Nothing", "nothing.Deal", "auth.user_groups"):
        assert conf.find_model(nothing) is None


def test_the_new_object_knows_the_stage_that_it_stands_on(template):
    register_model_for_workflow(Document, stage_field="")
    register_model_for_workflow(Deal, auto_start=True, default_workflow=template, stage_field="stage")
    deal = Deal.objects.create(title="Printer")
    assert deal.stage == Deal.objects.get(pk=deal.pk).stage
    deal.save()
    assert place(deal)[0] == "Pipeline 1"
