"""`get_decision_statistics`: how long decisions take, by period, stage and person."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from django_workflow_engine.choices import StatisticsPeriod
from django_workflow_engine.errors import InvalidInput
from django_workflow_engine.models import WorkFlow, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.steps import Step
from django_workflow_engine.selectors.decision_times import DecisionStatistics
from django_workflow_engine.selectors.periods import Span, spans
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    clone_workflow,
    create_substitution,
    delegate_step,
    get_decision_statistics,
    get_workflow_attachment,
    reject_step,
    request_changes,
    resubmit,
)
from tests.clock import at
from tests.factories import DocumentFactory, UserFactory, by_user, template_for

pytestmark = pytest.mark.django_db

NOBODY = {"count": 0, "median_seconds": None, "p90_seconds": None}
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def boss():
    return UserFactory(username="boss")


@pytest.fixture
def clerk():
    return UserFactory(username="clerk")


def open_step(document):
    return get_workflow_attachment(document).approval_flow.instances.get(status="current")


def decided(step, seconds, *, decided_at=None):
    """Say that the decision on this step was made then, so long after it was asked."""
    line = WorkflowEvent.objects.filter(step_id=step.pk).exclude(kind="seat_closed").latest("pk")
    moment = decided_at or line.at
    QuerySet(WorkflowEvent).filter(pk=line.pk).update(at=moment)
    Step.objects.filter(pk=step.pk).update(started_at=moment - timedelta(seconds=seconds))


def approved(template, approver, seconds, **when):
    """A run whose next decision took so long."""
    document = DocumentFactory()
    attach_workflow_to_object(document, template, user=UserFactory())
    step = open_step(document)
    approve_step(step_id=step.pk, actor=approver)
    decided(step, seconds, **when)
    return document


@pytest.mark.parametrize("strategy", [1, 2, 3])
def test_decisions_are_counted_where_and_by_whom_they_were_made(strategy, boss, clerk):
    positions = [[by_user(boss), by_user(clerk)]] if strategy == 3 else [[by_user(boss)], [by_user(clerk)]]
    template = template_for(strategy, positions)
    document = approved(template, boss, 10)
    step = open_step(document)
    reject_step(step_id=step.pk, actor=clerk, reason="No")
    decided(step, 30)
    found = get_decision_statistics()
    assert found["overall"] == {"count": 2, "median_seconds": 10.0, "p90_seconds": 30.0}
    assert [
        (line["user_id"], line["username"], line["count"], line["p90_seconds"]) for line in found["by_person"]
    ] == sorted([(str(boss.pk), "boss", 1, 10.0), (str(clerk.pk), "clerk", 1, 30.0)])
    assert {line["workflow_id"] for line in found["by_stage"]} == {template.pk}
    assert sum(line["count"] for line in found["by_stage"]) == 2
    assert len(found["by_stage"]) == (1 if strategy == 3 else 2)
    names = {(event.from_pipeline, event.from_stage) for event in WorkflowEvent.objects.filter(step_id__isnull=False)}
    assert {(line["pipeline"], line["stage"]) for line in found["by_stage"]} == names


@pytest.mark.parametrize("count", [1, 2, 3, 9, 10, 11, 20])
def test_the_median_and_the_percentile_are_the_times_at_their_ranks(count, boss):
    template = template_for(3, [[by_user(boss)]])
    taken = random.Random(count).sample(range(1, 1000), count)
    for seconds in taken:
        approved(template, boss, seconds)
    found = get_decision_statistics()["overall"]
    in_order = sorted(taken)
    assert found == {
        "count": count,
        "median_seconds": float(in_order[math.ceil(count / 2) - 1]),
        "p90_seconds": float(in_order[(9 * count + 9) // 10 - 1]),
    }


def test_fractions_of_seconds_count(boss):
    approved(template_for(3, [[by_user(boss)]]), boss, 1.25)
    assert get_decision_statistics()["overall"]["median_seconds"] == pytest.approx(1.25, abs=0.001)


def test_only_decisions_of_the_time_are_counted_and_the_end_is_not_included(boss):
    template = template_for(3, [[by_user(boss)]])
    for hours in (0, 1, 2):
        approved(template, boss, 60, decided_at=MONDAY + timedelta(hours=hours))
    found = get_decision_statistics(since=MONDAY, until=MONDAY + timedelta(hours=2))
    assert found["overall"]["count"] == 2
    assert (found["since"], found["until"]) == (MONDAY, MONDAY + timedelta(hours=2))
    assert get_decision_statistics(since=MONDAY - timedelta(hours=1), until=MONDAY)["overall"] == NOBODY


def test_the_usual_time_is_the_last_thirty_days(boss):
    template = template_for(3, [[by_user(boss)]])
    approved(template, boss, 60)
    now = timezone.now()
    approved(template, boss, 60, decided_at=now - timedelta(days=31))
    found = get_decision_statistics()
    assert found["overall"]["count"] == 1
    assert found["until"] - found["since"] == timedelta(days=30)


def test_every_period_has_a_line(boss):
    template = template_for(3, [[by_user(boss)]])
    approved(template, boss, 60, decided_at=MONDAY)
    approved(template, boss, 20, decided_at=MONDAY + timedelta(days=14))
    with timezone.override(UTC):
        found = get_decision_statistics(since=MONDAY, until=MONDAY + timedelta(days=15), period="week")["by_period"]
    assert [(line["starts_at"], line["count"], line["median_seconds"]) for line in found] == [
        (MONDAY, 1, 60.0),
        (datetime(2026, 3, 9, tzinfo=UTC), 0, None),
        (datetime(2026, 3, 16, tzinfo=UTC), 1, 20.0),
    ]
    assert found[-1]["ends_at"] == MONDAY + timedelta(days=15)


@pytest.mark.parametrize("period", StatisticsPeriod.values)
def test_each_decision_is_in_the_one_period_that_it_was_made_in(period, boss, settings):
    template = template_for(3, [[by_user(boss)]])
    moments = [MONDAY + timedelta(days=3 * number) for number in range(12)]
    for moment in moments:
        approved(template, boss, 60, decided_at=moment)
    found = get_decision_statistics(since=MONDAY, until=MONDAY + timedelta(days=40), period=period)["by_period"]
    expected = [sum(line["starts_at"] <= moment < line["ends_at"] for moment in moments) for line in found]
    assert [line["count"] for line in found] == expected
    assert sum(expected) == len(moments)


def test_days_are_those_of_the_current_time_zone_also_when_the_clock_changes():
    whole = Span(starts_at=datetime(2026, 3, 28, 12, tzinfo=UTC), ends_at=datetime(2026, 3, 30, 12, tzinfo=UTC))
    with timezone.override(ZoneInfo("Europe/Berlin")):
        found = spans(StatisticsPeriod.DAY, whole)
    assert [part.starts_at.astimezone(UTC) for part in found] == [
        datetime(2026, 3, 28, 12, tzinfo=UTC),
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
    ]


def test_a_hundred_periods_are_the_most(boss):
    week = timedelta(days=7)
    assert len(get_decision_statistics(since=MONDAY - 99 * week, until=MONDAY)["by_period"]) == 100
    with pytest.raises(InvalidInput) as refused:
        get_decision_statistics(since=MONDAY - 100 * week, until=MONDAY)
    assert refused.value.path == ("period",)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"since": MONDAY, "until": MONDAY}, "until"),
        ({"since": MONDAY, "until": MONDAY - timedelta(days=1)}, "until"),
        ({"since": datetime(9999, 1, 1, tzinfo=UTC), "until": datetime(9999, 12, 31, tzinfo=UTC)}, "since"),
        ({"since": "yesterday"}, "since"),
        ({"until": 5}, "until"),
        ({"since": datetime.max.replace(tzinfo=ZoneInfo("America/New_York"))}, "since"),
        ({"since": datetime(2026, 3, 2)}, "since"),  # nobody knows its zone
        ({"period": "year"}, "period"),
        ({"since": datetime.min.replace(tzinfo=UTC)}, "period"),
    ],
)
def test_a_time_that_is_none_is_refused(wrong, path):
    with pytest.raises(InvalidInput) as refused:
        get_decision_statistics(**wrong)
    assert refused.value.path == (path,)


def test_an_end_in_the_future_is_now():
    now = timezone.now()
    with at(now):
        assert get_decision_statistics(until=now + timedelta(days=90))["until"] == now


def test_versions_count_for_their_template_and_copies_for_themselves(boss):
    template = template_for(3, [[by_user(boss)]])
    approved(template, boss, 10)
    WorkFlow.objects.filter(pk=template.pk).update(description="Other content makes another version.")
    approved(template, boss, 20)
    copy = clone_workflow(id=template.pk)
    approved(copy, boss, 30)
    lines = {line["workflow_id"]: line["count"] for line in get_decision_statistics()["by_stage"]}
    assert lines == {template.pk: 2, copy.pk: 1}
    assert get_decision_statistics(workflow_id=template.pk)["overall"]["count"] == 2
    assert get_decision_statistics(workflow_id=copy.pk)["overall"]["p90_seconds"] == 30.0
    assert get_decision_statistics(workflow_id="none")["overall"] == NOBODY


def test_the_statistics_of_one_company(boss):
    company = UserFactory()
    approved(template_for(3, [[by_user(boss)]], company_id=company.pk), boss, 10)
    approved(template_for(3, [[by_user(boss)]]), boss, 20)
    assert get_decision_statistics(company_id=company.pk)["overall"]["median_seconds"] == 10.0
    assert get_decision_statistics(company_id="none")["overall"] == NOBODY


def test_the_time_of_a_seat_that_was_passed_on_begins_when_it_was(boss, clerk):
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]), user=UserFactory())
    first = open_step(document)
    Step.objects.filter(pk=first.pk).update(started_at=timezone.now() - timedelta(days=9))
    delegate_step(step_id=first.pk, actor=boss, user_id=clerk.pk, reason="Away")
    step = open_step(document)
    approve_step(step_id=step.pk, actor=clerk)
    decided(step, 40)
    found = get_decision_statistics()
    assert found["overall"] == {"count": 1, "median_seconds": 40.0, "p90_seconds": 40.0}
    assert [line["username"] for line in found["by_person"]] == ["clerk"]


def test_a_substitute_has_what_they_decided(boss, clerk):
    create_substitution(actor=boss, substitute_id=clerk.pk)
    approved(template_for(3, [[by_user(boss)]]), clerk, 40)
    assert [(line["username"], line["count"]) for line in get_decision_statistics()["by_person"]] == [("clerk", 1)]


def test_asking_for_changes_and_sending_the_run_again_decide_nothing(boss):
    requester = UserFactory()
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]), user=requester)
    request_changes(step_id=open_step(document).pk, actor=boss, reason="More")
    resubmit(attachment_id=get_workflow_attachment(document).pk, actor=requester)
    assert get_decision_statistics()["overall"] == NOBODY


def test_what_a_timer_rejected_is_nobodys_decision(boss):
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]), user=UserFactory())
    step = open_step(document)
    attachment = get_workflow_attachment(document)
    WorkflowEvent.objects.create(attachment=attachment, kind="rejected", step_id=step.pk)
    assert get_decision_statistics()["overall"] == NOBODY


def test_a_hundred_stages_and_people_are_the_most_and_the_busiest_come_first(boss):
    template = template_for(3, [[by_user(boss)]])
    document = approved(template, boss, 5)
    approved(template, boss, 7)
    attachment = get_workflow_attachment(document)
    step = attachment.approval_flow.instances.get()
    WorkflowEvent.objects.bulk_create(
        WorkflowEvent(
            attachment=attachment, kind="approved", step_id=step.pk, actor_id=f"x{number}", from_stage=f"stage {number}"
        )
        for number in range(120)
    )
    found = DecisionStatistics(WorkflowAttachment.objects.all())
    assert [len(found.by_person), len(found.by_position)] == [100, 100]
    assert (found.by_person[0].username, found.by_person[0].times.count) == ("boss", 2)
    assert {one.times.count for one in found.by_person[1:]} == {1}


@pytest.mark.parametrize("decisions", [1, 12])
def test_each_part_costs_one_statement(decisions, boss, django_assert_num_queries):
    template = template_for(3, [[by_user(boss)]])
    for number in range(decisions):
        approved(template, boss, number + 1)
    found = DecisionStatistics(WorkflowAttachment.objects.all())
    with django_assert_num_queries(4):
        assert [found.overall.count, found.by_person[0].times.count, found.by_position[0].times.count] == [
            decisions
        ] * 3
        assert sum(times.count for _part, times in found.by_period(StatisticsPeriod.DAY)) == decisions
