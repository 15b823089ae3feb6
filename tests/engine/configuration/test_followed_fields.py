"""What could never be written into an object is refused when it is configured, by every door."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError

from django_workflow_engine.errors import InvalidDefinition
from django_workflow_engine.models import WorkflowConfiguration
from django_workflow_engine.services import (
    ConfigurationChanges,
    attach_workflow_to_object,
    configure_model,
    register_model_for_workflow,
)
from tests.factories import UserFactory, by_user, template_for
from tests.runs import approve, attachment_of
from tests.snapshot import unchanged
from tests.testapp.models import Invoice, Parcel

pytestmark = pytest.mark.django_db

WRONG = {
    "protected": ({"status_field": "state", "completion_status_value": "paid"}, "status_field"),
    "a protected stage": ({"stage_field": "state"}, "stage_field"),
    "unique": ({"stage_field": "code"}, "stage_field"),
    "too long": ({"status_field": "status", "completion_status_value": "completed at last"}, "completion_status_value"),
    "a row that is not there": ({"status_field": "owner", "rejection_status_value": "4711"}, "rejection_status_value"),
    "the wrong type": ({"status_field": "owner", "rejection_status_value": "nobody"}, "rejection_status_value"),
}


def by_registration(values: dict[str, Any]) -> None:
    register_model_for_workflow(Invoice, **values)


def by_the_verb(values: dict[str, Any]) -> None:
    configure_model(model=Invoice, changes=ConfigurationChanges(**values))


def by_the_row(values: dict[str, Any]) -> None:
    row = WorkflowConfiguration.objects.create(content_type=ContentType.objects.get_for_model(Invoice))
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.save()
    finally:
        WorkflowConfiguration.objects.filter(pk=row.pk).delete()


@pytest.mark.parametrize("door", [by_registration, by_the_verb, by_the_row])
@pytest.mark.parametrize("wrong", WRONG)
def test_it_is_refused_at_its_place(door: Any, wrong: str) -> None:
    values, place = WRONG[wrong]
    ContentType.objects.get_for_model(Invoice)
    with unchanged(), pytest.raises((InvalidDefinition, ValidationError)) as refused:
        door(values)
    error = refused.value
    places = [fault.path for fault in error.faults] if isinstance(error, InvalidDefinition) else [(*error.error_dict,)]
    assert places == [(place,)]


@pytest.mark.parametrize("wrong", ["protected", "too long", "the wrong type"])
def test_what_was_configured_before_the_model_changed_does_not_keep_a_run_from_ending(wrong: str, caplog: Any) -> None:
    boss, invoice = UserFactory(), Invoice.objects.create(number="INV-9")
    row = register_model_for_workflow(Invoice)
    values = WRONG[wrong][0]
    values = {name.replace("rejection", "completion"): value for name, value in values.items()}
    WorkflowConfiguration.objects.filter(pk=row.pk).update(**values)
    attach_workflow_to_object(invoice, template_for(3, [[by_user(boss)]]), boss)
    approve(invoice, boss)
    assert attachment_of(invoice).status == "completed"
    assert "nothing is updated on completion" in caplog.text
    invoice.refresh_from_db()
    assert (invoice.status, invoice.state, invoice.owner) == ("draft", "new", None)


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"status_field": "phase", "completion_status_value": "lost"}, "completion_status_value"),
        ({"stage_field": "shelf"}, "stage_field"),
        ({"status_field": "place", "rejection_status_value": "bin"}, "status_field"),
        ({"status_field": "seal", "completion_status_value": "won!"}, "completion_status_value"),
    ],
    ids=["check constraint", "unique constraint", "unique together", "unreadable"],
)
def test_what_the_model_forbids_is_refused_like_what_its_field_forbids(values: dict[str, Any], place: str) -> None:
    ContentType.objects.get_for_model(Parcel)
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        register_model_for_workflow(Parcel, **values)
    assert [fault.path for fault in refused.value.faults] == [(place,)]
    fitting = register_model_for_workflow(Parcel, status_field="phase", completion_status_value="sent")
    assert fitting.completion_status_value == "sent"


def test_a_constraint_that_came_later_does_not_keep_a_run_from_moving_and_ending(caplog: Any, settings: Any) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = {"ENABLED_MODELS": ["testapp.Parcel"]}
    boss, parcel = UserFactory(), Parcel.objects.create(shelf="A1")
    row = register_model_for_workflow(Parcel)
    late = {"status_field": "phase", "completion_status_value": "lost", "stage_field": "phase"}
    WorkflowConfiguration.objects.filter(pk=row.pk).update(**late)
    attach_workflow_to_object(parcel, template_for(3, [[by_user(boss)]]), boss)
    approve(parcel, boss)
    parcel.refresh_from_db()
    assert (attachment_of(parcel).status, parcel.phase) == ("completed", "packed")
    assert [record.levelname for record in caplog.records if "nothing is updated" in record.message] == ["ERROR"] * 2


def test_an_object_s_field_that_the_model_does_not_have_is_done_without() -> None:
    assert register_model_for_workflow(Invoice, status_field="status", stage_field="current_stage").pk is not None


def test_a_model_that_is_saved_with_arguments_of_its_own_is_refused(monkeypatch: Any, caplog: Any) -> None:
    def save(self: Any, *, by: str, **options: Any) -> None:
        raise AssertionError(by)

    boss, invoice = UserFactory(), Invoice.objects.create(number="INV-9")
    row = register_model_for_workflow(Invoice)
    monkeypatch.setattr(Invoice, "save", save)
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        by_registration({"status_field": "status"})
    assert [fault.path for fault in refused.value.faults] == [("status_field",)]
    WorkflowConfiguration.objects.filter(pk=row.pk).update(status_field="status", completion_status_value="paid")
    attach_workflow_to_object(invoice, template_for(3, [[by_user(boss)]]), boss)
    approve(invoice, boss)
    assert attachment_of(invoice).status == "completed"
    assert "save() demands arguments of its own, nothing is updated on workflow completion" in caplog.text


def test_a_model_that_is_saved_without_arguments_is_written(monkeypatch: Any) -> None:
    def save(self: Any, by: str = "nobody") -> None:
        super(Invoice, self).save()

    boss, invoice = UserFactory(), Invoice.objects.create(number="INV-9")
    register_model_for_workflow(Invoice, status_field="status", completion_status_value="paid")
    monkeypatch.setattr(Invoice, "save", save)
    attach_workflow_to_object(invoice, template_for(3, [[by_user(boss)]]), boss)
    approve(invoice, boss)
    invoice.refresh_from_db()
    assert invoice.status == "paid"
