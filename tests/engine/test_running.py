"""Runs over the three strategies: positions, outcomes, progress and the audit trail."""

from __future__ import annotations

import pytest

from django_workflow_engine.choices import StepOutcome, WorkflowStrategy
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.errors import NotInProgress
from django_workflow_engine.models import Pipeline, Stage
from django_workflow_engine.services import (
    attach_workflow_to_object,
    cancel_workflow,
    create_workflow,
    reject_step,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_self, by_user, template_for
from tests.runs import approve, asked, attachment_of, history, open_steps, place, progress, seat, steps_of
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db

STAGED, PIPED, FLAT = WorkflowStrategy
MOVES = ("from_pipeline", "from_stage", "to_pipeline", "to_stage")
P1, P2, S1, S2, S3 = "Pipeline 1", "Pipeline 2", "Stage 1", "Stage 2", "Stage 3"
WHOLE = "Purchase approval (Copy)"

# After each of the approvals: outcome, place, (percentage, place, total, next).
WALKS = {
    STAGED: [
        (StepOutcome.STAGE_ADVANCED, (P1, S2), (33, 2, 3, S3)),
        (StepOutcome.PIPELINE_ADVANCED, (P2, S3), (66, 3, 3, None)),
        (StepOutcome.WORKFLOW_COMPLETED, (P2, S3), (100, 3, 3, None)),
    ],
    PIPED: [
        (StepOutcome.PIPELINE_ADVANCED, (P2, None), (33, 2, 3, "Pipeline 3")),
        (StepOutcome.PIPELINE_ADVANCED, ("Pipeline 3", None), (66, 3, 3, None)),
        (StepOutcome.WORKFLOW_COMPLETED, ("Pipeline 3", None), (100, 3, 3, None)),
    ],
    FLAT: [(StepOutcome.WORKFLOW_COMPLETED, (None, None), (100, 1, 1, None))],
}
STARTS = {
    STAGED: ((P1, S1), (0, 1, 3, S2)),
    PIPED: ((P1, None), (0, 1, 3, P2)),
    FLAT: ((None, None), (0, 1, 1, None)),
}
TRAILS = {
    STAGED: [
        ("attached", "", "", "", ""),
        ("started", "", "", P1, S1),
        ("approved", P1, S1, "", ""),
        ("stage_moved", P1, S1, P1, S2),
        ("approved", P1, S2, "", ""),
        ("pipeline_moved", P1, S2, P2, S3),
        ("stage_moved", P1, S2, P2, S3),
        ("approved", P2, S3, "", ""),
        ("completed", P2, S3, "", ""),
    ],
    PIPED: [
        ("attached", "", "", "", ""),
        ("started", "", "", P1, P1),
        ("approved", P1, P1, "", ""),
        ("pipeline_moved", P1, P1, P2, P2),
        ("approved", P2, P2, "", ""),
        ("pipeline_moved", P2, P2, "Pipeline 3", "Pipeline 3"),
        ("approved", "Pipeline 3", "Pipeline 3", "", ""),
        ("completed", "Pipeline 3", "Pipeline 3", "", ""),
    ],
    FLAT: [
        ("attached", "", "", "", ""),
        ("started", "", "", "", WHOLE),
        ("approved", "", WHOLE, "", ""),
        ("completed", "", WHOLE, "", ""),
    ],
}


@pytest.fixture
def boss():
    return UserFactory()


def start(strategy, approvals, **fields):
    """A document on a workflow with these approvals at each position: three of them, one in strategy 3."""
    document = DocumentFactory(**fields)
    positions = [approvals] * len(WALKS[strategy])
    attach_workflow_to_object(document, template_for(strategy, positions), user=UserFactory())
    return document


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_run_walks_its_positions_in_order_to_completion(strategy, boss):
    document = start(strategy, [by_user(boss)])
    assert (place(document), progress(document)) == STARTS[strategy]
    for number, (outcome, where, how_far) in enumerate(WALKS[strategy], 1):
        step = seat(document, boss)
        assert step.step_number == number
        decision = approve(document, boss, comment=f"Fine {number}")
        assert (decision.outcome, decision.step.pk, decision.step.status) == (outcome, step.pk, "approved")
        assert decision.attachment == attachment_of(document)
        assert (place(document), progress(document)) == (where, how_far)
    stored = attachment_of(document)
    assert stored.status == "completed"
    assert stored.completed_at >= stored.started_at
    assert open_steps(document) == []
    assert history(document, *MOVES) == TRAILS[strategy]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_decision_is_recorded_with_its_person_its_step_and_its_words(strategy, boss):
    document = start(strategy, [by_user(boss)])
    step = seat(document, boss)
    approve(document, boss, comment="ممتاز")
    decided = next(row for row in steps_of(document) if row.pk == step.pk)
    assert (decided.status, decided.action_user, decided.comment) == ("approved", boss, "ممتاز")
    told = [line for line in history(document, "actor_name", "actor_id", "step_id", "comment") if line[0] == "approved"]
    assert told == [("approved", boss.username, str(boss.pk), step.pk, "ممتاز")]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_rejection_ends_the_run_where_it_stands(strategy, boss):
    document = start(strategy, [by_user(boss)])
    for _ in range(len(WALKS[strategy]) - 1):
        approve(document, boss)
    where, how_far = place(document), progress(document)
    step = seat(document, boss)
    decision = reject_step(step_id=step.pk, actor=boss, reason="Too dear")
    assert (decision.outcome, decision.step.status) == (StepOutcome.WORKFLOW_REJECTED, "rejected")
    stored = attachment_of(document)
    assert (stored.status, place(document), open_steps(document)) == ("rejected", where, [])
    assert stored.completed_at >= stored.started_at
    assert progress(document) == (*how_far[:3], None)
    pipeline, stage = TRAILS[strategy][-1][1:3]
    expected = ("rejected", pipeline, stage, "", "", "Too dear", step.pk)
    assert history(document, *MOVES, "comment", "step_id")[-1] == expected
    assert history(document).count("rejected") == 1
    assert "completed" not in history(document)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_several_approvals_of_a_position_are_asked_one_after_the_other(strategy, boss):
    second, third = UserFactory.create_batch(2)
    document = start(strategy, [by_user(boss), by_user(second), by_user(third)])
    where, how_far = place(document), progress(document)
    for person in (boss, second):
        assert asked(document) == [person]
        assert approve(document, person).outcome == StepOutcome.STEP_APPROVED
        assert (place(document), progress(document)) == (where, how_far)
    assert asked(document) == [third]
    assert approve(document, third).outcome == WALKS[strategy][0][0]
    assert place(document) == WALKS[strategy][0][1]
    assert [step.step_number for step in steps_of(document)] == [1, 2, 3] if strategy == FLAT else [1, 2, 3, 4]
    assert history(document)[2:5] == ["approved"] * 3


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_one_person_may_be_asked_several_times_in_one_position(strategy, boss):
    document = start(strategy, [by_user(boss), by_user(boss)])
    assert approve(document, boss).outcome == StepOutcome.STEP_APPROVED
    assert approve(document, boss).outcome == WALKS[strategy][0][0]


def test_inactive_stages_are_not_in_the_route(boss):
    stages = [StageSpec(name_en=f"S{n}", is_active=n in (1, 3), approvals=[by_user(boss)]) for n in range(5)]
    spec = WorkflowSpec(name_en="W", pipelines=[PipelineSpec(name_en=name, stages=stages) for name in "AB"])
    document = DocumentFactory()
    attach_workflow_to_object(document, create_workflow(spec=spec))
    seen = [place(document)]
    assert progress(document) == (0, 1, 4, "S3")
    while approve(document, boss).outcome != StepOutcome.WORKFLOW_COMPLETED:
        seen.append(place(document))
    assert seen == [("A", "S1"), ("A", "S3"), ("B", "S1"), ("B", "S3")]


def test_the_route_follows_the_order_of_the_rows_and_not_their_ids(boss):
    workflow = template_for(STAGED, [[by_user(boss)]] * 4)
    for model in (Pipeline, Stage):
        for row in model.objects.order_by("order"):
            row.order = 10 - row.order
            row.save()
    document = DocumentFactory()
    attach_workflow_to_object(document, workflow)
    seen = [place(document)]
    while approve(document, boss).outcome != StepOutcome.WORKFLOW_COMPLETED:
        seen.append(place(document))
    assert seen == [(P2, "Stage 4"), (P2, S3), (P1, S2), (P1, S1)]


@pytest.mark.parametrize(("total", "percentages"), [(3, [0, 33, 66, 100]), (7, [0, 14, 28, 42, 57, 71, 85, 100])])
def test_progress_is_rounded_down_and_full_only_at_the_end(total, percentages, boss):
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(PIPED, [[by_user(boss)]] * total))
    seen = [progress(document)[0]]
    for _ in range(total):
        approve(document, boss)
        seen.append(progress(document)[0])
    assert seen == percentages


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_self_approval_asks_the_creator_at_every_position(strategy):
    creator = UserFactory()
    document = start(strategy, [by_self()], created_by=creator)
    for outcome, _where, _progress in WALKS[strategy]:
        assert approve(document, creator).outcome == outcome


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_self_approval_without_a_creator_asks_whoever_started(strategy):
    document = start(strategy, [by_self()])
    starter = attachment_of(document).started_by
    for outcome, _where, _progress in WALKS[strategy]:
        assert approve(document, starter).outcome == outcome


def test_a_run_whose_object_is_gone_can_only_be_cancelled(boss):
    document = start(PIPED, [by_user(boss)])
    key = document.pk
    document.delete()
    document.pk = key
    with unchanged(), pytest.raises(NotInProgress):
        approve(document, boss)
    attachment = attachment_of(document)
    cancelled = cancel_workflow(attachment_id=attachment.pk, actor=attachment.started_by, reason="It is gone")
    assert cancelled.status == "cancelled"
