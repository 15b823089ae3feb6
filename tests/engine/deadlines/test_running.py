"""When steps are due: so long after they are asked for, whoever takes them over and whatever becomes of templates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from approval_workflow.services import advance_flow
from django.contrib.auth.models import Group, User
from django.db.models import Model

from django_workflow_engine.approvals.deadlines import due_date, is_overdue, overdue
from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.definitions.deadlines import Deadline
from django_workflow_engine.definitions.durations import Duration
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import (
    attach_workflow_to_object,
    attach_workflow_to_objects,
    cancel_workflow,
    delegate_step,
    escalate_step,
    reassign_step,
    request_changes,
    request_resubmission,
    resubmit,
    update_workflow,
)
from tests.clock import at
from tests.engine.deadlines.deadlines import within
from tests.engine.templates.trees import statements
from tests.engine.working_time.counting import working
from tests.factories import (
    STRATEGIES,
    DocumentFactory,
    UserFactory,
    by_role,
    by_user,
    group_of,
    template_for,
)
from tests.runs import approve, attachment_of, open_steps, seat
from tests.testapp.models import Profile

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)  # a Friday, four o'clock in Berlin
LATER = NOW + timedelta(hours=5)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FLAT = WorkflowStrategy.WORKFLOW_ONLY


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with at(NOW):
        yield


def running(strategy: Any, *positions: list[dict[str, Any]], owner: User | None = None, **fields: Any) -> Model:
    document: Model = DocumentFactory(created_by=owner)
    attach_workflow_to_object(document, template_for(strategy, positions, **fields), owner or UserFactory())
    return document


def due(document: Model) -> list[datetime | None]:
    """When the open steps are due."""
    return [step.due_date for step in open_steps(document)]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_seat_of_an_approval_is_due_so_long_after_it_is_asked(strategy: Any) -> None:
    members = UserFactory.create_batch(3)
    document = running(strategy, [within(by_role(group_of(*members), "consensus"), "P1DT2H")])
    assert due(document) == [NOW + DAY + 2 * HOUR] * 3


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_without_a_deadline_nothing_is_due(strategy: Any) -> None:
    assert due(running(strategy, [by_user(UserFactory())])) == [None]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_next_approval_has_its_own_time_from_when_it_is_asked(strategy: Any) -> None:
    first, second = UserFactory.create_batch(2)
    document = running(strategy, [within(by_user(first), "PT1H"), within(by_user(second), "P1D")])
    with at(LATER):
        approve(document, first)
    assert due(document) == [LATER + DAY]


@pytest.mark.parametrize("strategy", STRATEGIES[:2])
def test_the_next_position_has_its_own_time_from_when_it_is_entered(strategy: Any) -> None:
    first, second = UserFactory.create_batch(2)
    document = running(strategy, [within(by_user(first), "PT1H")], [within(by_user(second), "P1D")])
    with at(LATER):
        approve(document, first)
    assert due(document) == [LATER + DAY]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_approvals_that_are_asked_at_once_have_each_their_own(strategy: Any) -> None:
    first, second, third = UserFactory.create_batch(3)
    approvals = [within(by_user(first), "PT1H"), by_user(second), within(by_user(third), "P1D")]
    template = template_for(strategy, [approvals])
    level = {1: lambda: template.pipelines.get().stages.get(), 2: template.pipelines.get, 3: lambda: template}
    holder = level[strategy]()
    info = {1: "stage_info", 2: "pipeline_info", 3: "workflow_info"}[strategy]
    setattr(holder, info, getattr(holder, info) | {"approval_mode": "parallel"})
    holder.save()
    document = DocumentFactory()
    attach_workflow_to_object(document, template, UserFactory())
    assert due(document) == [NOW + HOUR, None, NOW + DAY]


@pytest.fixture
def ladder(settings: Any) -> list[User]:
    """Four people, each the manager of the one before."""
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    people = UserFactory.create_batch(4)
    for person, manager in zip(people, [*people[1:], None], strict=True):
        Profile.objects.create(user=person, manager=manager)
    return people


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_manager_of_a_chain_has_the_whole_time(strategy: Any, ladder: list[User]) -> None:
    chain = by_role(Group.objects.create(name="Managers"), "hierarchy_chain") | {"hierarchy_levels": 3}
    others = within(by_user(UserFactory()), "PT1H")
    document = running(strategy, [within(chain, "P1D"), others], owner=ladder[0])
    assert due(document) == [NOW + DAY]
    for number, manager in enumerate(ladder[1:3], 1):
        with at(NOW + number * 5 * HOUR):
            approve(document, manager)
        assert due(document) == [NOW + number * 5 * HOUR + DAY]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_whoever_takes_a_seat_over_has_what_is_left_of_its_time(strategy: Any, ladder: list[User]) -> None:
    document = running(strategy, [within(by_user(ladder[0]), "P1D")])
    friend = UserFactory()
    with at(LATER):
        delegate_step(step_id=seat(document, ladder[0]).pk, actor=ladder[0], user_id=ladder[1].pk)
        escalate_step(step_id=seat(document, ladder[1]).pk, actor=ladder[1])
        admin = UserFactory(is_superuser=True, is_staff=True)
        step = seat(document, ladder[2])
        reassign_step(step_id=step.pk, actor=admin, user_id=friend.pk, reason="Away")
    assert due(document) == [NOW + DAY]
    assert seat(document, friend).due_date == NOW + DAY


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_seat_that_the_package_itself_passes_on_keeps_its_time(strategy: Any) -> None:
    holder, friend = UserFactory.create_batch(2)
    document = running(strategy, [within(by_user(holder), "P1D")])
    with at(LATER):
        advance_flow(instance=seat(document, holder), action="delegated", user=holder, delegate_to=friend)
    assert due(document) == [NOW + DAY]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_position_that_is_asked_again_has_its_whole_time_again(strategy: Any) -> None:
    owner, holder = UserFactory.create_batch(2)
    document = running(strategy, [within(by_user(holder), "P1D")], owner=owner)
    with at(LATER):
        request_resubmission(step_id=seat(document, holder).pk, actor=holder, reason="Again")
        assert due(document) == [LATER + DAY]
        request_changes(step_id=seat(document, holder).pk, actor=holder, reason="Change it")
        assert due(document) == [None]  # the requester takes the time that it takes
    with at(LATER + DAY):
        resubmit(attachment_id=attachment_of(document).pk, actor=owner)
    assert due(document) == [LATER + DAY + DAY]


def test_a_change_of_the_template_changes_nothing_that_runs(ladder: list[User]) -> None:
    chain = by_role(Group.objects.create(name="Managers"), "hierarchy_chain") | {"hierarchy_levels": 2}
    template = template_for(FLAT, [[within(chain, "P1D")]])
    document, other = DocumentFactory(created_by=ladder[0]), DocumentFactory(created_by=ladder[0])
    attach_workflow_to_object(document, template, ladder[0])
    update_workflow(id=template.pk, changes=WorkflowChanges(approvals=[within(chain, "P9D")]))
    attach_workflow_to_object(other, template, ladder[0])
    assert (due(document), due(other)) == ([NOW + DAY], [NOW + 9 * DAY])
    with at(LATER):
        approve(document, ladder[1])
    assert due(document) == [LATER + DAY]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_working_time_is_counted_by_the_calendar_of_the_moment(strategy: Any) -> None:
    first, second = UserFactory.create_batch(2)
    asked = [within(by_user(one), "PT2H", working_time=True) for one in (first, second)]
    with working():
        document = running(strategy, asked)
    assert due(document) == [datetime(2026, 3, 9, 9, tzinfo=UTC)]  # an hour on Friday, another one on Monday
    with working("around_the_clock"):
        approve(document, first)
    assert due(document) == [NOW + 2 * HOUR]


@pytest.mark.parametrize("calendar", ["broken", "never", "no.such.calendar"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_calendar_that_fails_holds_nothing_up(strategy: Any, calendar: str, caplog: Any) -> None:
    first, second = UserFactory.create_batch(2)
    document = running(strategy, [by_user(first), within(by_user(second), "P1DT2H", working_time=True)])
    with working(calendar):
        approve(document, first)
    assert due(document) == [datetime(2026, 3, 10, 9, tzinfo=UTC)]  # Monday at four, and two hours: Tuesday at ten
    (record,) = [one for one in caplog.records if one.name == "django_workflow_engine.working_time.deadlines"]
    assert record.levelname == "ERROR"


@pytest.mark.parametrize("working_time", [True, False])
def test_a_project_without_zones_has_times_by_its_own_clock(settings: Any, working_time: bool) -> None:
    settings.USE_TZ, settings.TIME_ZONE = False, "Europe/Berlin"
    deadline = Deadline(after=Duration(days=1), working_time=working_time)
    with working(), at(datetime(2026, 3, 28, 12, 30)):  # a Saturday; the clock is put forward in the night
        found = due_date(deadline)
    assert found == (datetime(2026, 3, 31, 9) if working_time else datetime(2026, 3, 29, 13, 30))


def test_a_step_is_overdue_while_it_waits_after_its_time() -> None:
    holder = UserFactory()
    document = running(FLAT, [within(by_user(holder), "PT1H"), by_user(holder)])
    step = seat(document, holder)

    def found() -> tuple[bool, bool]:
        step.refresh_from_db()
        return is_overdue(step), Step.objects.filter(overdue(), pk=step.pk).exists()

    assert found() == (False, False)
    with at(NOW + HOUR):
        assert found() == (False, False)
    with at(NOW + HOUR + timedelta(microseconds=1)):
        assert found() == (True, True)
        approve(document, holder)
        assert found() == (False, False)
        assert due(document) == [None]
        assert not Step.objects.filter(overdue()).exists()


def test_nothing_is_overdue_of_a_run_that_was_called_off() -> None:
    owner = UserFactory()
    document = running(FLAT, [within(by_user(UserFactory()), "PT1H")], owner=owner)
    with at(NOW + DAY):
        assert Step.objects.filter(overdue()).count() == 1
        cancel_workflow(attachment_id=attachment_of(document).pk, actor=owner, reason="No more")
        assert not Step.objects.filter(overdue()).exists()


@pytest.mark.parametrize("number", [1, 20])
def test_a_deadline_costs_the_statement_that_stores_its_timers(number: int) -> None:
    def costs(*approvals: dict[str, Any]) -> tuple[int, int]:
        template = template_for(FLAT, [list(approvals)])
        objects = DocumentFactory.create_batch(number)
        actor = UserFactory()
        attaching = statements(attach_workflow_to_objects, objects=objects, workflow=template, user=actor)
        return attaching, statements(approve, obj=objects[0], user=holder)

    holder, other = UserFactory.create_batch(2)
    costs(by_user(holder), by_user(other))
    plain = costs(by_user(holder), by_user(other))
    with_deadlines = costs(within(by_user(holder), "P1D", working_time=True), within(by_user(other), "P1D"))
    assert with_deadlines == tuple(cost + 1 for cost in plain)
