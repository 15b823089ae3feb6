"""What the end of a run and its moves write into the business object, and what they log."""

from __future__ import annotations

import logging

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from django_workflow_engine.models import WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.services.configuration.registration import register_model_for_workflow
from django_workflow_engine.services.object_fields import (
    apply_changes_requested,
    apply_completion,
    apply_rejection,
    apply_resubmission,
    configuration_for,
    follow_stage,
)
from tests.factories import DocumentFactory, UserFactory
from tests.testapp.models import Deal, Document

pytestmark = pytest.mark.django_db
LOGGER = "django_workflow_engine.services.object_fields"
ENDS = [
    (apply_completion, "completion", "won"),
    (apply_rejection, "rejection", "lost"),
    (apply_changes_requested, "request for changes", "lost"),
    (apply_resubmission, "resubmission", "won"),
]
VALUES = {
    "completion_status_value": "won",
    "rejection_status_value": "lost",
    "changes_requested_status_value": "lost",
    "resubmission_status_value": "won",
}


@pytest.fixture(autouse=True)
def every_line(caplog):
    caplog.set_level(logging.DEBUG, logger=LOGGER)


@pytest.fixture
def deal():
    return Deal.objects.create(title="Printer", status="draft")


def attached(obj) -> WorkflowAttachment:
    """An attachment of the object as the verbs hold it; its own row plays no part here."""
    return WorkflowAttachment(content_type=ContentType.objects.get_for_model(obj), object_id=str(obj.pk))


def lines(caplog) -> list[tuple[str, str]]:
    return [(record.levelname, record.getMessage()) for record in caplog.records if record.name == LOGGER]


def configure(**values) -> WorkflowConfiguration:
    return register_model_for_workflow(Deal, **VALUES | values)


@pytest.mark.parametrize(("apply", "end", "value"), ENDS)
def test_the_status_of_the_object_follows_the_end_of_its_run(apply, end, value, deal, caplog):
    configure(status_field="status")
    apply(attached(deal))
    deal.refresh_from_db()
    assert deal.status == value
    message = f"Updated Deal({deal.pk}).status from 'draft' to '{value}' on workflow {end}"
    assert lines(caplog) == [("INFO", message)]


@pytest.mark.parametrize(("apply", "end", "value"), ENDS)
def test_only_the_status_is_written_and_the_rest_stays_as_the_database_has_it(apply, end, value, deal):
    configure(status_field="status")
    attachment = attached(deal)
    assert attachment.target.title == "Printer"  # read before somebody else changes it
    Deal.objects.filter(pk=deal.pk).update(title="Scanner")
    apply(attachment)
    deal.refresh_from_db()
    assert (deal.title, deal.status) == ("Scanner", value)


@pytest.mark.parametrize(("apply", "end", "_value"), ENDS)
def test_a_field_that_the_model_does_not_have_is_a_warning(apply, end, _value, deal, caplog):
    configure(status_field="state")
    apply(attached(deal))
    message = f"Model Deal does not have field 'state', cannot update status on {end}"
    assert lines(caplog) == [("WARNING", message)]


@pytest.mark.parametrize("field", ["id", "pk", "get_status_display", "save"])
def test_what_is_no_column_to_write_is_no_field(field, deal, caplog):
    configure(status_field=field)
    apply_completion(attached(deal))
    assert [level for level, _message in lines(caplog)] == ["WARNING"]


@pytest.mark.parametrize("configured", [True, False])
@pytest.mark.parametrize(("apply", "_end", "_value"), ENDS)
def test_without_a_status_field_nothing_happens(apply, _end, _value, configured, deal, caplog):
    if configured:
        configure(status_field="")
    apply(attached(deal))
    deal.refresh_from_db()
    assert deal.status == "draft"
    assert lines(caplog) == [("DEBUG", "No status_field configured for Deal, skipping status update")]


def test_a_blank_value_leaves_the_object_alone_at_that_end_only(deal, caplog):
    configure(status_field="status", completion_status_value="")
    apply_completion(attached(deal))
    deal.refresh_from_db()
    assert (deal.status, lines(caplog)) == ("draft", [])
    apply_rejection(attached(deal))
    deal.refresh_from_db()
    assert deal.status == "lost"


def test_the_value_takes_the_type_of_the_field(deal):
    configure(status_field="rank", **dict.fromkeys(VALUES, "") | {"completion_status_value": "7"})
    apply_completion(attached(deal))
    deal.refresh_from_db()
    assert deal.rank == 7


def test_a_foreign_key_takes_the_key_of_a_row(deal):
    user = UserFactory()
    configure(status_field="created_by", **dict.fromkeys(VALUES, "") | {"completion_status_value": str(user.pk)})
    apply_completion(attached(deal))
    deal.refresh_from_db()
    assert deal.created_by == user


@pytest.mark.parametrize("function", [apply_completion, apply_rejection, lambda at: follow_stage(at, "Review")])
def test_an_object_that_is_gone_is_no_error(function, deal, caplog):
    configure(status_field="status", stage_field="stage")
    attachment = attached(deal)
    deal.delete()
    function(attachment)
    message = f"Deal({attachment.object_id}) does not exist any more, nothing is updated"
    assert lines(caplog) == [("DEBUG", message)]


@pytest.mark.parametrize("function", [apply_completion, apply_rejection, lambda at: follow_stage(at, "Review")])
def test_a_model_that_is_installed_no_more_is_no_error(function):
    gone = ContentType.objects.create(app_label="shop", model="order")
    function(WorkflowAttachment(content_type=gone, object_id="1"))


def test_an_object_that_refuses_to_be_saved_is_not_caught(deal, monkeypatch):
    configure(status_field="status")

    def refuse(self, **kwargs):
        raise RuntimeError("closed for the weekend")

    monkeypatch.setattr(Deal, "save", refuse)
    with pytest.raises(RuntimeError, match="closed"), transaction.atomic():
        apply_completion(attached(deal))


def test_only_the_named_field_is_saved(deal, monkeypatch):
    configure(status_field="status")
    saved = []
    monkeypatch.setattr(Deal, "save", lambda self, **kwargs: saved.append(kwargs))
    apply_completion(attached(deal))
    assert saved == [{"update_fields": ["status"]}]


def test_the_stage_field_holds_the_name_of_the_place(deal, caplog):
    configure(stage_field="stage")
    follow_stage(attached(deal), "Finance review")
    deal.refresh_from_db()
    assert deal.stage == "Finance review"
    message = f"Updated Deal({deal.pk}).stage from '' to 'Finance review' on entering a position"
    assert lines(caplog) == [("INFO", message)]


def test_a_name_that_is_longer_than_the_field_is_cut(deal):
    configure(stage_field="stage")
    follow_stage(attached(deal), "م" * 150)
    deal.refresh_from_db()
    assert deal.stage == "م" * 20


@pytest.mark.parametrize("field", ["place", "created_by", "id", "amount"])
def test_a_stage_field_that_cannot_hold_a_name_is_a_warning(field, deal, caplog):
    configure(stage_field=field)
    follow_stage(attached(deal), "Review")
    assert lines(caplog) == [("WARNING", f"Model Deal does not have field '{field}', cannot update stage")]


def test_a_model_without_a_stage_field_costs_one_statement(deal, django_assert_num_queries):
    attachment = attached(deal)
    with django_assert_num_queries(1):
        follow_stage(attachment, "Review")
    configuration = configuration_for(attachment)
    with django_assert_num_queries(0):
        follow_stage(attachment, "Review", configuration)
        apply_completion(attachment, configuration)
        apply_rejection(attachment, configuration)


def test_a_status_costs_three_statements_and_two_with_the_configuration_at_hand(deal, django_assert_num_queries):
    configuration = configure(status_field="status")
    attachment = attached(deal)
    with django_assert_num_queries(3):
        apply_completion(attachment)
    with django_assert_num_queries(2):
        apply_completion(attachment, configuration)


def test_each_model_has_a_configuration_of_its_own(deal):
    configure(status_field="status")
    document = DocumentFactory()
    apply_completion(attached(document))
    assert Document.objects.get(pk=document.pk).title == document.title
    assert configuration_for(attached(document)).pk is None
