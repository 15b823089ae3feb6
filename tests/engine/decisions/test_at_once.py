"""Approvals that are asked all at once: each keeps its own way, and so many of them complete the position."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from approval_workflow.choices import ApprovalStatus
from django.contrib.auth.models import User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.specs import WorkflowSpec
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    create_workflow,
    delegate_step,
    reject_step,
    request_resubmission,
)
from tests.engine.conditions.routes import compare
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, spec_for
from tests.runs import approve, asked, attachment_of, history, open_steps, seat, steps_of
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db


def at_once(strategy: WorkflowStrategy, approvals: list[dict[str, Any]], then: User, **rules: Any) -> WorkflowSpec:
    """A template whose first position asks these approvals at once, and whose next one, if it has any, asks `then`."""
    rules = {"approval_mode": "PARALLEL", **rules}
    if strategy == WorkflowStrategy.WORKFLOW_ONLY:
        return replace(spec_for(strategy, [approvals]), **rules)
    spec = spec_for(strategy, [approvals, [by_user(then)]])
    first, *others = spec.pipelines
    if strategy == WorkflowStrategy.WORKFLOW_PIPELINE:
        return replace(spec, pipelines=[replace(first, **rules), *others])
    stage, *below = first.stages
    return replace(spec, pipelines=[replace(first, stages=[replace(stage, **rules), *below]), *others])


@pytest.fixture
def people() -> list[User]:
    return UserFactory.create_batch(4)


def started(spec: WorkflowSpec) -> Document:
    document: Document = DocumentFactory()
    attach_workflow_to_object(document, create_workflow(spec=spec))
    return document


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_all_are_asked_at_once_and_all_must_approve(strategy: WorkflowStrategy, people: list[User]) -> None:
    one, two, three, last = people
    document = started(at_once(strategy, [by_user(one), by_user(two), by_user(three)], last))
    assert asked(document) == [one, two, three]
    assert [step.step_number for step in open_steps(document)] == [1, 2, 3]
    assert [approve(document, user).outcome for user in (two, three)] == ["step_approved"] * 2
    outcome = approve(document, one).outcome
    if strategy == WorkflowStrategy.WORKFLOW_ONLY:
        assert outcome == "workflow_completed"
    else:
        assert asked(document) == [last]
        assert open_steps(document)[0].step_number == 4
        assert approve(document, last).outcome == "workflow_completed"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_so_many_of_them_may_be_enough(strategy: WorkflowStrategy, people: list[User]) -> None:
    one, two, three, last = people
    document = started(at_once(strategy, [by_user(one), by_user(two), by_user(three)], last, required_approvals=2))
    approve(document, three)
    approve(document, one)
    statuses = [step.status for step in steps_of(document)][:3]
    assert statuses == [ApprovalStatus.APPROVED, ApprovalStatus.CANCELLED, ApprovalStatus.APPROVED]
    assert history(document).count("seat_closed") == 1
    assert asked(document) == ([] if strategy == WorkflowStrategy.WORKFLOW_ONLY else [last])


def test_each_keeps_its_own_strategy(people: list[User]) -> None:
    one, two, three, last = people
    anyone, everybody = by_role(group_of(one, two)), by_role(group_of(two, three), "consensus")
    document = started(at_once(WorkflowStrategy.WORKFLOW_PIPELINE, [anyone, everybody], last))
    assert asked(document) == [one, two, two, three]
    assert approve(document, one).outcome == "step_approved"
    assert asked(document) == [two, three]
    assert approve(document, three).outcome == "step_approved"
    assert approve(document, two).outcome == "pipeline_advanced"
    assert asked(document) == [last]


def test_a_rejection_in_one_ends_the_others(people: list[User]) -> None:
    one, two, three, last = people
    document = started(
        at_once(WorkflowStrategy.WORKFLOW_PIPELINE_STAGE, [by_user(one), by_user(two), by_user(three)], last)
    )
    approve(document, one)
    decision = reject_step(step_id=seat(document, two).pk, actor=two, reason="No")
    assert (decision.outcome, asked(document)) == ("workflow_rejected", [])
    assert attachment_of(document).status == "rejected"
    assert history(document)[-2:] == ["rejected", "seat_closed"]


def test_one_person_may_hold_a_seat_in_several(people: list[User]) -> None:
    one, _two, _three, last = people
    document = started(at_once(WorkflowStrategy.WORKFLOW_PIPELINE, [by_user(one), by_user(one)], last))
    first, second = open_steps(document)
    assert approve_step(step_id=second.pk, actor=one).outcome == "step_approved"
    assert approve_step(step_id=first.pk, actor=one).outcome == "pipeline_advanced"


def test_a_seat_is_passed_on_and_stays_in_its_approval(people: list[User]) -> None:
    one, two, three, last = people
    document = started(at_once(WorkflowStrategy.WORKFLOW_PIPELINE, [by_user(one), by_user(two)], last))
    delegate_step(step_id=seat(document, one).pk, actor=one, user_id=three.pk)
    assert approve(document, three).outcome == "step_approved"
    assert approve(document, two).outcome == "pipeline_advanced"


def test_a_run_that_is_sent_back_asks_all_of_them_again(people: list[User]) -> None:
    one, two, _three, last = people
    document = started(at_once(WorkflowStrategy.WORKFLOW_PIPELINE, [by_user(one), by_user(two)], last))
    approve(document, one)
    request_resubmission(step_id=seat(document, two).pk, actor=two, reason="Once more")
    assert asked(document) == [one, two]
    assert [step.step_number for step in open_steps(document)] == [3, 4]


def test_those_that_the_object_does_not_need_are_not_asked(people: list[User]) -> None:
    one, two, three, last = people
    condition = compare("title", "starts_with", "Urgent")
    approvals = [by_user(one), {**by_user(two), "condition": condition}, by_user(three)]
    document = started(at_once(WorkflowStrategy.WORKFLOW_PIPELINE, approvals, last, required_approvals=3))
    assert asked(document) == [one, three]
    assert history(document) == ["attached", "started", "approval_skipped"]
    approve(document, one)
    assert approve(document, three).outcome == "pipeline_advanced"
