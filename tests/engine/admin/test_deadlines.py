"""Deadlines in the admin: written as JSON beside an approval, and told on the pages of runs and steps."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from approval_workflow.models import ApprovalInstance

from django_workflow_engine.admin import newest
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from tests.clock import at
from tests.engine.admin.approval_pages import INFO, holder, info, row_errors, rows, send, sent
from tests.engine.admin.pages import Admin
from tests.engine.deadlines.deadlines import within
from tests.engine.working_time.counting import working
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_self, by_user, template_for
from tests.runs import approve, attachment_of, seat
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)  # nine o'clock by the clock of the tests


def test_the_pages_tell_when_a_step_is_due_and_that_it_is_overdue(admin: Admin) -> None:
    ann, document = UserFactory(username="ann"), DocumentFactory()
    with at(NOW):
        attach_workflow_to_object(document, template_for(3, [[within(by_user(ann), "PT1H")]]), UserFactory())
    pages = [attachment_of(document), seat(document, ann)]

    def told(moment: datetime) -> list[tuple[bool, bool]]:
        with at(moment):
            texts = [admin.open(row).content.decode() for row in pages]
        return [("March 6, 2026, 10 a.m." in text, "Current, overdue" in text) for text in texts]

    assert told(NOW) == [(True, False)] * 2
    assert told(NOW + timedelta(hours=2)) == [(True, True)] * 2


def test_what_is_overdue_is_filtered_among_all_rows(admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, late, later, never = UserFactory(username="ann"), *DocumentFactory.create_batch(3)
    with at(NOW):
        for document, after in ((late, "PT1H"), (later, "PT5H")):
            attach_workflow_to_object(document, template_for(3, [[within(by_user(ann), after)]]), UserFactory())
        attach_workflow_to_object(never, template_for(3, [[by_user(ann)]]), UserFactory())
    steps, runs = ([of(one) for one in (late, later)] for of in (lambda one: seat(one, ann), attachment_of))
    monkeypatch.setattr(newest, "NEWEST", 1)

    def found(moment: datetime, **parameters: str) -> tuple[list[Any], list[Any]]:
        with at(moment):
            pages = [admin.list(model, **parameters) for model in (ApprovalInstance, WorkflowAttachment)]
        assert [[*page.context["cl"].notes] for page in pages] == [[], []]
        return tuple(sorted(page.context["cl"].result_list, key=lambda row: row.pk) for page in pages)  # type: ignore[return-value]

    assert found(NOW, overdue="yes") == ([], [])
    assert found(NOW + timedelta(hours=2), overdue="yes") == (steps[:1], runs[:1])
    assert found(NOW + timedelta(hours=6), overdue="yes") == (steps, runs)
    assert [len(rows) for rows in found(NOW + timedelta(hours=6))] == [3, 3]
    assert [len(rows) for rows in found(NOW + timedelta(hours=6), overdue="no")] == [3, 3]
    approve(late, ann)
    assert found(NOW + timedelta(hours=6), overdue="yes") == (steps[1:], runs[1:])


def test_the_list_of_steps_tells_when_they_are_due(admin: Admin) -> None:
    ann, document = UserFactory(username="ann"), DocumentFactory()
    with at(NOW):
        attach_workflow_to_object(document, template_for(3, [[within(by_user(ann), "PT1H")]]), UserFactory())
        assert "March 6, 2026, 10 a.m." in admin.list(ApprovalInstance).content.decode()


def row(deadline: Any) -> dict[str, str]:
    said = deadline if isinstance(deadline, str) else json.dumps(deadline)
    return {"approval_type": "self-approved", "step_approval_type": "approve", "deadline": said}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_deadline_is_written_beside_an_approval(strategy: Any, admin: Admin) -> None:
    edited = holder(strategy, by_self())
    name = INFO[type(edited)]
    said = {"after": "P2W", "remind_before": ["P1D"], "on_timeout": "escalate"}
    assert send(admin, edited, sent(admin, edited) | rows(name, row(said), row("  "))).status_code == 302
    assert info(edited) == {"approvals": [by_self() | {"deadline": said | {"after": "P14D"}}, by_self()]}


WRONG = [
    ({"after": "soon"}, "A duration is written as P3D, P2W, PT36H or P1DT12H: in whole numbers and capital letters."),
    ({"after": "P1D", "remind_before": ["P2D"]}, "A reminder must be shorter than the time to decide."),
    ({"after": "P1D", "on_timeout": "fallback"}, "Say who is asked when the time is up: a person or a role."),
    ({"after": "P1D", "on_timeout": "fallback", "fallback_user": 10**9}, "There is no such row."),
    (
        {"after": "P1D", "working_time": True},
        "The working calendar cannot tell when this would be due; an administrator has to mend it.",
    ),
    ("soon", "Enter a valid JSON."),
]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_cannot_work_is_told_at_the_deadline_of_its_row(strategy: Any, admin: Admin) -> None:
    edited = holder(strategy, by_self())
    name = INFO[type(edited)]
    for deadline, message in WRONG:
        with working("never"), unchanged():
            page = send(admin, edited, sent(admin, edited) | rows(name, row({"after": "P1D"}), row(deadline)))
        assert row_errors(page, name)[:2] == [{}, {"deadline": [message]}], deadline
