"""What the clock does: it reminds, and when the time is up it tells, passes up, asks others or rejects; each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.choices import AttachmentStatus, DutyRule, TimerKind, WorkflowStrategy
from django_workflow_engine.models import ApprovalTimer, WorkflowEvent
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import (
    attach_workflow_to_object,
    attach_workflow_to_objects,
    cancel_workflow,
    claim_step,
    delegate_step,
    request_changes,
    timing_out,
)
from django_workflow_engine.services.timing_out import fire_due_timers
from django_workflow_engine.tasks import beat_schedule, run_timers
from tests.clock import at
from tests.engine.deadlines.deadlines import within
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, open_steps, seat, steps_of
from tests.snapshot import unchanged
from tests.testapp.models import Document, Profile

pytestmark = pytest.mark.django_db
EVERY_STRATEGY = pytest.mark.parametrize("strategy", STRATEGIES)
NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REMINDED, TIMED_OUT = Counter({TimerKind.REMINDER: 1}), Counter({TimerKind.TIMEOUT: 1})
NOTHING: Counter[TimerKind] = Counter()


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with at(NOW):
        yield


@pytest.fixture
def boss() -> User:
    return UserFactory(username="boss")


def fire(after: timedelta, **given: Any) -> Counter[TimerKind]:
    """What a runner does so long after everything was asked."""
    with at(NOW + after):
        return fire_due_timers(**given)


def run(strategy: Any, *positions: Any, **fields: Any) -> Document:
    document: Document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, positions, **fields), user=UserFactory())
    return document


def lines(document: Document, *kinds: str) -> list[Any]:
    """What the clock did to the run: the kind of each line, who did it, and what the line knows."""
    told = WorkflowEvent.objects.filter(attachment=attachment_of(document), kind__in=kinds or ("reminded", "timed_out"))
    return list(told.order_by("pk").values_list("kind", "actor_name", "details"))


@EVERY_STRATEGY
class TestReminding:
    def test_each_reminder_comes_once_at_its_time(self, strategy: Any, boss: User) -> None:
        document = run(strategy, [within(by_user(boss), "P2D", remind_before=["P1D", "PT1H"])])
        for early in (DAY - timedelta(microseconds=1), timedelta(0)):
            with unchanged():
                assert fire(early) == NOTHING
        assert fire(DAY) == REMINDED
        with unchanged():
            assert fire(DAY) == NOTHING
        assert fire(2 * DAY - HOUR) == REMINDED
        due = {"due_at": (NOW + 2 * DAY).isoformat()}
        assert lines(document) == [("reminded", "", due), ("reminded", "", due)]
        (step,) = steps_of(document)
        assert (step.status, step.assigned_to, step.reminder_sent) == ("current", boss, True)

    def test_what_was_decided_is_not_reminded_of(self, strategy: Any, boss: User) -> None:
        document = run(strategy, [within(by_user(boss), "P2D", remind_before=["P1D"])])
        approve(document, boss)
        assert fire(9 * DAY) == NOTHING
        assert lines(document) == []
        assert not ApprovalTimer.objects.exists()

    def test_who_took_the_seat_over_is_reminded(self, strategy: Any, boss: User) -> None:
        document, other = run(strategy, [within(by_user(boss), "P2D", remind_before=["P1D"])]), UserFactory()
        delegate_step(step_id=seat(document, boss).pk, actor=boss, user_id=other.pk)
        assert fire(DAY) == REMINDED
        (event,) = WorkflowEvent.objects.filter(kind="reminded")
        assert event.step_id == seat(document, other).pk

    def test_each_of_a_role_is_told_to_the_actions(self, strategy: Any, boss: User, settings: Any) -> None:
        settings.WORKFLOW_ACTIONS_CONFIG = [
            {"action_type": "on_reminder", "function_path": "tests.testapp.workflow_actions.notify"}
        ]
        other = UserFactory()
        document = run(strategy, [within(by_role(group_of(boss, other)), "P2D", remind_before=["P1D"])])
        assert fire(DAY) == REMINDED
        runs = attachment_of(document).action_runs.order_by("pk")
        told = [(one.context["asked"], one.context["due_at"]) for one in runs]
        assert told == [(user.pk, (NOW + 2 * DAY).isoformat()) for user in (boss, other)]

    def test_a_reminder_that_is_past_when_it_is_asked_never_comes(self, strategy: Any, boss: User) -> None:
        """In working time a day is shorter than the clock's: three of its hours before would be last Friday."""
        run(strategy, [within(by_user(boss), "PT1H", working_time=True, remind_before=["PT59M"])])
        assert list(ApprovalTimer.objects.order_by("fires_at").values_list("kind", flat=True)) == [
            "reminder",
            "timeout",
        ]


@EVERY_STRATEGY
class TestTheTimeIsUp:
    def test_it_is_told_alone(self, strategy: Any, boss: User) -> None:
        document = run(strategy, [within(by_user(boss), "P2D")])
        with unchanged():
            assert fire(2 * DAY - timedelta(microseconds=1)) == NOTHING
        assert fire(2 * DAY) == TIMED_OUT
        with unchanged():
            assert fire(9 * DAY) == NOTHING
        told = {"due_at": (NOW + 2 * DAY).isoformat(), "on_timeout": "notify"}
        assert lines(document) == [("timed_out", "", told)]
        assert asked(document) == [boss]
        approve(document, boss)
        assert attachment_of(document).status == AttachmentStatus.COMPLETED

    def test_it_is_rejected(self, strategy: Any, boss: User) -> None:
        other = by_user(UserFactory())
        document = run(strategy, [within(by_user(boss), "P2D", on_timeout="reject"), other])
        assert fire(2 * DAY) == TIMED_OUT
        assert attachment_of(document).status == AttachmentStatus.REJECTED
        assert history(document, "actor_name", "comment")[-2:] == [
            ("timed_out", "", ""),
            ("rejected", "", "Nobody decided in time."),
        ]
        (step,) = steps_of(document)
        assert (step.status, step.action_user, step.assigned_to) == ("rejected", None, boss)

    def test_it_is_passed_up(self, strategy: Any, boss: User, settings: Any) -> None:
        settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
        chief = UserFactory(username="chief")
        Profile.objects.create(user=boss, manager=chief)
        document = run(strategy, [within(by_user(boss), "P2D", on_timeout="escalate")])
        assert fire(2 * DAY) == TIMED_OUT
        assert asked(document) == [chief]
        assert history(document, "actor_name")[-1] == ("escalated", "")
        assert open_steps(document)[0].delegation_chain[0]["from_name"] == "boss"
        with unchanged():
            assert fire(9 * DAY) == NOTHING

    def test_without_a_manager_it_waits_on_and_says_why(self, strategy: Any, boss: User) -> None:
        document = run(strategy, [within(by_user(boss), "P2D", on_timeout="escalate")])
        assert fire(2 * DAY) == TIMED_OUT
        ((_kind, _actor, details),) = lines(document)
        assert details["problem"] == "You have no active manager to escalate to."
        assert asked(document) == [boss]

    @pytest.mark.parametrize("named", ["user", "role"])
    def test_others_are_asked_instead(self, strategy: Any, named: str, boss: User) -> None:
        first, second = UserFactory.create_batch(2)
        fallback = {"fallback_user": first.pk} if named == "user" else {"fallback_role": group_of(first, second).pk}
        approval = within(by_role(group_of(boss, UserFactory()), "consensus"), "P2D", on_timeout="fallback", **fallback)
        document = run(strategy, [approval])
        approve(document, boss)
        assert fire(2 * DAY) == TIMED_OUT
        assert asked(document) == ([first] if named == "user" else [first, second])
        assert {step.due_date for step in open_steps(document)} == {None}
        with unchanged():
            assert fire(9 * DAY) == NOTHING
        approve(document, first)
        assert attachment_of(document).status == AttachmentStatus.COMPLETED

    @pytest.mark.parametrize("lack", ["inactive", "barred"])
    def test_without_anybody_to_ask_instead_it_waits_on(self, strategy: Any, lack: str, boss: User) -> None:
        other = UserFactory()
        approval = within(by_user(boss), "P2D", on_timeout="fallback", fallback_user=other.pk)
        template = template_for(strategy, [[approval]], duty_rules=[DutyRule.REQUESTER_NEVER_DECIDES])
        document = DocumentFactory()
        attach_workflow_to_object(document, template, user=other if lack == "barred" else UserFactory())
        if lack == "inactive":
            User.objects.filter(pk=other.pk).update(is_active=False)
        assert fire(2 * DAY) == TIMED_OUT
        ((_kind, _actor, details),) = lines(document)
        reasons = {
            "inactive": "the user it names is gone or inactive",
            "barred": "whoever it asks has created or started this",
        }
        assert details["problem"].endswith(f": nobody decided in time; and of its fallback, {reasons[lack]}.")
        assert asked(document) == [boss]

    def test_nothing_is_approved(self, strategy: Any, boss: User) -> None:
        for rule in ("notify", "escalate", "reject"):
            document = run(strategy, [within(by_user(boss), "P2D", on_timeout=rule)])
            fire(9 * DAY)
            assert "approved" not in history(document)


@EVERY_STRATEGY
class TestWhatIsNoMoreTheirBusiness:
    def test_a_run_that_was_called_off(self, strategy: Any, boss: User) -> None:
        document = run(strategy, [within(by_user(boss), "P2D", on_timeout="reject")])
        root = UserFactory(is_staff=True, is_superuser=True)
        cancel_workflow(attachment_id=attachment_of(document).pk, actor=root, reason="No use")
        assert fire(9 * DAY) == NOTHING
        assert attachment_of(document).status == AttachmentStatus.CANCELLED

    def test_a_run_that_waits_for_its_requester(self, strategy: Any, boss: User) -> None:
        document = run(strategy, [within(by_user(boss), "P2D", on_timeout="reject")])
        request_changes(step_id=seat(document, boss).pk, actor=boss, reason="Which chairs?")
        assert fire(9 * DAY) == NOTHING
        assert attachment_of(document).status == AttachmentStatus.CHANGES_REQUESTED

    def test_an_object_that_is_gone(self, strategy: Any, boss: User) -> None:
        document = run(strategy, [within(by_user(boss), "P2D", on_timeout="reject")])
        attachment = attachment_of(document)
        document.delete()
        assert fire(9 * DAY) == NOTHING
        attachment.refresh_from_db()
        assert attachment.status == AttachmentStatus.IN_PROGRESS


@pytest.fixture
def ladder(settings: Any) -> tuple[Document, User, User]:
    """A run that asks the managers of its owner one after the other, each of whom has two days, with both of them."""
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    lead, chief, owner = UserFactory(), UserFactory(), UserFactory()
    Profile.objects.create(user=owner, manager=lead)
    Profile.objects.create(user=lead, manager=chief)
    approval = {
        **within(by_role(group_of(lead, chief), "hierarchy_chain"), "P2D", remind_before=["P1D"]),
        "hierarchy_levels": 2,
    }
    document: Document = DocumentFactory(created_by=owner)
    attach_workflow_to_object(document, template_for(3, [[approval]]), user=owner)
    return document, lead, chief


def test_a_chain_gives_each_manager_time_of_their_own(ladder: tuple[Document, User, User]) -> None:
    document, lead, _chief = ladder
    with at(NOW + HOUR):
        approve(document, lead)
    assert fire(DAY) == NOTHING  # the first one's
    assert fire(DAY + HOUR) == REMINDED
    assert fire(2 * DAY) == NOTHING
    assert fire(2 * DAY + HOUR) == TIMED_OUT


def test_a_manager_of_a_chain_who_is_due_at_the_moment_of_the_one_before_is_told_once(
    ladder: tuple[Document, User, User],
) -> None:
    """As over a weekend, by a calendar: whoever is asked on Saturday is due when whoever is asked on Sunday is."""
    document, lead, chief = ladder
    due = seat(document, lead).due_date
    approve(document, lead)
    assert seat(document, chief).due_date == due
    assert (fire(DAY), fire(2 * DAY)) == (REMINDED, TIMED_OUT)
    assert [kind for kind, *_told in lines(document)] == ["reminded", "timed_out"]


def test_where_every_manager_has_a_seat_already_those_who_are_asked_are_told_once(settings: Any) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    lead, chief = UserFactory(), UserFactory()
    Profile.objects.create(user=lead, manager=chief)
    document = run(3, [within(by_role(group_of(lead, chief), "consensus"), "P2D", on_timeout="escalate")])
    assert (fire(2 * DAY), fire(2 * DAY)) == (TIMED_OUT, NOTHING)
    ((kind, _actor, details),) = lines(document)
    assert (kind, details["problem"]) == ("timed_out", f"{chief.username} has a seat of this step already.")
    assert asked(document) == [lead, chief]


def test_of_approvals_that_are_asked_together_one_may_be_late(boss: User) -> None:
    other, third = UserFactory.create_batch(2)
    late = within(by_user(boss), "P2D", on_timeout="fallback", fallback_user=third.pk)
    template = template_for(3, [[late, by_user(other)]], approval_mode="parallel")
    document = DocumentFactory()
    attach_workflow_to_object(document, template, user=UserFactory())
    assert fire(2 * DAY) == TIMED_OUT
    assert asked(document) == [third, other]
    approve(document, third)
    assert attachment_of(document).status == AttachmentStatus.IN_PROGRESS
    approve(document, other)
    assert attachment_of(document).status == AttachmentStatus.COMPLETED


def test_passing_up_ends_a_claim(boss: User, settings: Any) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    chief, other = UserFactory(), UserFactory()
    Profile.objects.create(user=boss, manager=chief)
    document = run(3, [within(by_role(group_of(boss, other)), "PT30M", on_timeout="escalate")])
    claim_step(step_id=seat(document, boss).pk, actor=boss)
    assert fire(HOUR / 2) == TIMED_OUT
    assert set(asked(document)) == {chief, other}
    approve(document, other)
    assert attachment_of(document).status == AttachmentStatus.COMPLETED


class TestTheRunner:
    def test_it_goes_on_after_one_that_fails(
        self, boss: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        for _one in range(3):
            run(3, [within(by_user(boss), "P2D")])
        broken = ApprovalTimer.objects.order_by("pk")[1].pk
        whole = timing_out.fire

        def fails(timer_id: int) -> Any:
            if timer_id == broken:
                raise RuntimeError("No")
            return whole(timer_id)

        monkeypatch.setattr(timing_out, "fire", fails)
        assert fire(2 * DAY) == Counter({TimerKind.TIMEOUT: 2})
        assert f"Timer {broken} could not be fired" in caplog.text
        monkeypatch.undo()
        assert fire(2 * DAY) == TIMED_OUT

    def test_it_fires_the_longest_due_first_and_no_more_than_it_may(self, boss: User, monkeypatch: Any) -> None:
        monkeypatch.setattr(timing_out, "_BATCH", 2)
        documents = [run(3, [within(by_user(boss), f"P{days}D")]) for days in (3, 1, 2, 1, 3)]
        assert fire(9 * DAY, limit=3) == Counter({TimerKind.TIMEOUT: 3})
        assert [bool(lines(document)) for document in documents] == [False, True, True, True, False]
        assert fire(9 * DAY) == Counter({TimerKind.TIMEOUT: 2})

    def test_by_command_and_by_the_beat(self, boss: User, capsys: pytest.CaptureFixture[str]) -> None:
        run(3, [within(by_user(boss), "P2D", remind_before=["P1D"])])
        with at(NOW + DAY):
            call_command("run_timers")
        assert capsys.readouterr().out == "1 reminded, 0 timed out\n"
        with at(NOW + 2 * DAY):
            assert run_timers() == {"timeout": 1}
        assert beat_schedule(seconds=5)["workflow-run-timers"] == {"task": run_timers.name, "schedule": 5}

    def test_many_objects_get_their_timers_in_one_statement(self, boss: User) -> None:
        def inserts(count: int) -> int:
            template = template_for(3, [[within(by_user(boss), "P2D", remind_before=["P1D"])]])
            with CaptureQueriesContext(connection) as captured:
                attach_workflow_to_objects(DocumentFactory.create_batch(count), template, user=boss)
            return sum("approvaltimer" in query["sql"] for query in captured)

        assert inserts(1) == inserts(20) == 1
        assert ApprovalTimer.objects.count() == 42

    def test_without_deadlines_there_is_no_timer_and_no_statement(self, boss: User) -> None:
        template = template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_user(boss)]])
        with CaptureQueriesContext(connection) as captured:
            attach_workflow_to_object(DocumentFactory(), template, user=boss)
        assert not any("approvaltimer" in query["sql"] for query in captured)
        assert Step.objects.count() == 1
