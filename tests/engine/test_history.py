"""The audit trail is append-only and outlives what it speaks of."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from django_workflow_engine.models import Stage, WorkflowEvent
from django_workflow_engine.services import attach_workflow_to_object
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, attachment_of, history, steps_of
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return UserFactory(username="boss")


@pytest.fixture
def document(boss):
    """A document that the boss approved, with a colleague's seat closed."""
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_role(group_of(boss, UserFactory()))]]), user=boss)
    approve(document, boss, comment="Fine")
    return document


def frozen():
    return pytest.raises(ValidationError, check=lambda error: error.code == "FROZEN")


def test_a_line_is_not_changed(document):
    event = WorkflowEvent.objects.filter(kind="approved").get()
    event.comment = "Never said"
    with unchanged(), frozen():
        event.save()


def test_a_line_is_not_deleted(document):
    with unchanged(), frozen():
        WorkflowEvent.objects.first().delete()


def test_lines_are_neither_changed_nor_deleted_together(document):
    lines = WorkflowEvent.objects.all()
    line = lines[0]
    line.comment = "Never said"
    for call in (
        lambda: lines.update(comment="Never said"),
        lambda: lines.bulk_update([line], ["comment"]),
        lambda: lines.delete(),
        lambda: attachment_of(document).events.all().delete(),
    ):
        with unchanged(), frozen():
            call()


def test_names_of_the_moment_outlive_the_people_and_the_steps(document, boss):
    fields = ("actor_name", "actor_id", "step_id", "comment", "from_stage")
    told, key = history(document, *fields), str(boss.pk)
    approved = next(step for step in steps_of(document) if step.status == "approved")
    assert told[2] == ("approved", "boss", key, approved.pk, "Fine", "Purchase approval (Copy)")
    boss.delete()
    attachment_of(document).approval_flow.delete()
    assert steps_of(document) == []
    assert attachment_of(document).started_by is None
    assert history(document, *fields) == told


def test_lines_have_the_moment_and_stand_in_their_order(document):
    moments = [event.at for event in WorkflowEvent.objects.order_by("pk")]
    assert moments == sorted(moments)
    assert moments[-1] <= timezone.now()
    assert history(document) == ["attached", "started", "approved", "seat_closed", "completed"]
    assert list(WorkflowEvent.objects.values_list("pk", flat=True)) == sorted(
        WorkflowEvent.objects.values_list("pk", flat=True)
    )


def test_a_very_long_name_is_cut_and_stops_nothing():
    long = UserFactory(username="x" * 150)
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_role(group_of(long))]]), user=long)
    assert history(document, "actor_name") == [("attached", "x" * 150), ("started", "x" * 150)]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_places_are_named_in_the_reader_s_language_as_they_were_called_then(strategy):
    boss, document = UserFactory(), DocumentFactory()
    template = template_for(strategy, [[by_user(boss)]], name_en="Purchase", name_ar="شراء")
    for row in (*template.pipelines.all(), *Stage.objects.filter(pipeline__workflow=template)):
        row.name_ar = "المالية"
        row.save()
    attach_workflow_to_object(document, template, boss)
    started = WorkflowEvent.objects.get(kind="started")
    in_english = started.position_name("to_stage")
    with translation.override("ar"):
        arabic = started.position_name("to_stage")
    assert (in_english.isascii(), arabic) == (True, "شراء (Copy)" if strategy == 3 else "المالية")
    kept = WorkflowEvent(attachment=attachment_of(document), kind="started", to_stage="Review")
    with translation.override("ar"):
        assert kept.position_name("to_stage") == "Review"
