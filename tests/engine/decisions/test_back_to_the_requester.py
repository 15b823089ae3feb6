"""Changes are asked for: the requester has a seat, changes the object, and sends the run again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.choices import ErrorCode, WorkflowStrategy
from django_workflow_engine.errors import Forbidden, InvalidInput, NotInProgress, ValueMissing, WorkflowError
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    create_workflow,
    reject_step,
    request_changes,
    resubmit,
)
from django_workflow_engine.services.configuration.registration import register_model_for_workflow
from tests.engine.conditions.routes import compare
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, spec_for
from tests.runs import approve, asked, attachment_of, history, open_steps, place, seat
from tests.snapshot import unchanged
from tests.testapp.models import Deal, Document

pytestmark = pytest.mark.django_db
S1, S2, S3 = STRATEGIES


@pytest.fixture
def people() -> list[User]:
    return UserFactory.create_batch(3)


@pytest.fixture
def requester(db: None) -> User:
    user: User = UserFactory()
    return user


def run(strategy: WorkflowStrategy, people: list[User], requester: User | None, **rules: Any) -> Document:
    """A document of the requester on a template that asks these people; `rules` stand on every position."""
    after = {name: rules.pop(name) for name in ("after_changes",) if name in rules}
    if strategy == S3:
        spec = spec_for(strategy, [[by_user(user) for user in people]], **rules, **after)
    else:
        spec = spec_for(strategy, [[by_user(user)] for user in people], **after)
        if strategy == S2:
            spec = replace(spec, pipelines=[replace(one, **rules) for one in spec.pipelines])
        else:
            below = [[replace(stage, **rules) for stage in one.stages] for one in spec.pipelines]
            spec = replace(
                spec, pipelines=[replace(one, stages=at) for one, at in zip(spec.pipelines, below, strict=True)]
            )
    document: Document = DocumentFactory(created_by=requester)
    attach_workflow_to_object(document, create_workflow(spec=spec), user=UserFactory())
    return document


def ask(document: Document, user: User, reason: str = "Add the offers") -> Any:
    return request_changes(step_id=seat(document, user).pk, actor=user, reason=reason)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_requester_has_a_seat_and_sends_it_again_to_the_same_position(
    strategy: WorkflowStrategy, people: list[User], requester: User
) -> None:
    document = run(strategy, people, requester)
    approve(document, people[0])
    decision = ask(document, people[1])
    assert (decision.outcome, decision.attachment.status) == ("changes_requested", "changes_requested")
    assert asked(document) == [requester]
    attachment = resubmit(attachment_id=decision.attachment.pk, actor=requester, comment="Done", metadata={"offers": 3})
    assert (attachment.status, attachment.metadata) == ("in_progress", {"offers": 3})
    assert asked(document) == [people[0] if strategy == S3 else people[1]]
    assert [kind for kind in history(document) if "change" in kind or "resub" in kind] == [
        "changes_requested",
        "resubmitted",
    ]
    while open_steps(document):
        approve(document, asked(document)[0])
    assert attachment_of(document).status == "completed"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_or_to_the_start_where_the_template_says_so(
    strategy: WorkflowStrategy, people: list[User], requester: User
) -> None:
    document = run(strategy, people, requester, after_changes="start")
    approve(document, people[0])
    ask(document, people[1])
    resubmit(attachment_id=attachment_of(document).pk, actor=requester)
    assert asked(document) == [people[0]]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_rejection_may_do_the_same(strategy: WorkflowStrategy, people: list[User], requester: User) -> None:
    document = run(strategy, people, requester, on_reject="REQUESTER")
    decision = reject_step(step_id=seat(document, people[0]).pk, actor=people[0], reason="Too dear")
    assert (decision.outcome, decision.attachment.status) == ("changes_requested", "changes_requested")
    assert asked(document) == [requester]
    assert history(document, "comment")[-2:] == [("rejected", "Too dear"), ("changes_requested", "Too dear")]


def test_or_go_one_position_back(people: list[User], requester: User) -> None:
    document = run(S1, people, requester, on_reject="previous")
    approve(document, people[0])
    decision = reject_step(step_id=seat(document, people[1]).pk, actor=people[1], reason="Look again")
    assert (decision.outcome, asked(document)) == ("returned", [people[0]])
    assert place(document) == ("Pipeline 1", "Stage 1")
    assert history(document, "from_stage", "to_stage")[-1] == ("rejected", "Stage 2", "Stage 1")
    decision = reject_step(step_id=seat(document, people[0]).pk, actor=people[0], reason="No")
    assert decision.outcome == "workflow_rejected"


def test_only_the_requester_and_administrators_send_it_again(people: list[User], requester: User) -> None:
    document = run(S1, people, requester)
    ask(document, people[0])
    attachment = attachment_of(document)
    with unchanged(), pytest.raises(Forbidden) as refused:
        resubmit(attachment_id=attachment.pk, actor=people[0])
    assert refused.value.path == ("attachment_id",)
    staff = UserFactory(is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="change_workflowattachment"))
    assert resubmit(attachment_id=attachment.pk, actor=staff).status == "in_progress"
    assert history(document)[-2:] == ["resubmitted", "seat_closed"]


def test_where_the_requester_is_gone_nobody_has_a_seat(people: list[User], requester: User) -> None:
    document = run(S1, people, requester)
    requester.is_active = False
    requester.save()
    ask(document, people[0])
    assert (asked(document), attachment_of(document).status) == ([], "changes_requested")
    staff = UserFactory(is_superuser=True, is_staff=True)
    cancel_workflow(attachment_id=attachment_of(document).pk, actor=staff, reason="Nobody is there")
    assert attachment_of(document).status == "cancelled"


def test_who_started_it_is_asked_where_the_object_has_no_person(people: list[User]) -> None:
    document = run(S1, people, None)
    ask(document, people[0])
    assert asked(document) == [attachment_of(document).started_by]


def test_the_requester_s_seat_is_no_approval(people: list[User], requester: User) -> None:
    document = run(S1, people, requester)
    ask(document, people[0])
    for call in (
        lambda step: approve_step(step_id=step, actor=requester),
        lambda step: reject_step(step_id=step, actor=requester, reason="No"),
        lambda step: request_changes(step_id=step, actor=requester, reason="No"),
    ):
        with unchanged(), pytest.raises(NotInProgress):
            call(seat(document, requester).pk)


def test_a_run_that_waits_for_nobody_s_changes_is_not_sent_again(people: list[User], requester: User) -> None:
    document = run(S1, people, requester)
    attachment = attachment_of(document)
    with unchanged(), pytest.raises(WorkflowError) as refused:
        resubmit(attachment_id=attachment.pk, actor=UserFactory(is_superuser=True, is_staff=True))
    assert refused.value.code == ErrorCode.NOT_IN_PROGRESS


def test_a_reason_is_needed(people: list[User], requester: User) -> None:
    document = run(S1, people, requester)
    with unchanged(), pytest.raises(ValueMissing) as refused:
        ask(document, people[0], reason=" ")
    assert refused.value.path == ("reason",)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_object_s_status_follows_and_conditions_see_it(
    strategy: WorkflowStrategy, people: list[User], requester: User
) -> None:
    values = {"changes_requested_status_value": "lost", "resubmission_status_value": "won"}
    register_model_for_workflow(Deal, status_field="status", **values)
    lost = compare("status", "equal", "lost")
    positions = [[by_user(people[0])], [by_user(people[1])]]
    if strategy == S3:
        positions = [[by_user(people[0]), {**by_user(people[2]), "condition": lost}, by_user(people[1])]]
    spec = spec_for(strategy, positions, after_changes="start")
    deal = Deal.objects.create(title="Ship", created_by=requester)
    attachment = attach_workflow_to_object(deal, create_workflow(spec=spec), user=requester)
    request_changes(step_id=seat(deal, people[0]).pk, actor=people[0], reason="More")
    deal.refresh_from_db()
    assert deal.status == "lost"
    resubmit(attachment_id=attachment.pk, actor=requester)
    deal.refresh_from_db()
    assert deal.status == "won"
    approve(deal, people[0])
    assert asked(deal) == [people[1]]


def test_the_metadata_of_all_times_together_stay_within_the_limits(
    people: list[User], requester: User, settings: Any
) -> None:
    document = run(S1, people, requester)
    attachment = attachment_of(document)
    settings.DJANGO_WORKFLOW_ENGINE = settings.DJANGO_WORKFLOW_ENGINE | {"MAX_JSON_LENGTH": 40}
    ask(document, people[0])
    resubmit(attachment_id=attachment.pk, actor=requester, metadata={"first": "x" * 20})
    ask(document, people[0])
    with unchanged(), pytest.raises(InvalidInput) as refused:
        resubmit(attachment_id=attachment.pk, actor=requester, metadata={"second": "x" * 20})
    assert refused.value.path == ("metadata",)
    resubmit(attachment_id=attachment.pk, actor=requester, metadata={"first": "y" * 20})
    attachment.refresh_from_db()
    assert attachment.metadata == {"first": "y" * 20}
