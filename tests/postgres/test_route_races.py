"""Approvals that are asked at once, runs that go back to their requester, and rules, raced for: each goes one way."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from django_workflow_engine.choices import StepOutcome
from django_workflow_engine.errors import InvalidDefinition, NotInProgress, StepAlreadyDecided
from django_workflow_engine.models import StartRule, WorkflowAttachment
from django_workflow_engine.services import cancel_workflow, create_start_rule, resubmit
from tests.factories import UserFactory, by_user, template_for
from tests.postgres.races import approving, asking_for_changes, open_seats, rejecting, started, template
from tests.postgres.threads import ROUNDS, at_once, parted
from tests.runs import attachment_of, history, place, steps_of
from tests.testapp.models import Deal

pytestmark = pytest.mark.postgres


def together(members, **rules):
    """Two stages, each of which asks all of them at once."""
    return template(1, [[by_user(user) for user in members]] * 2, approval_mode="parallel", **rules)


@pytest.mark.parametrize("required", [1, 2, None])
def test_approvals_at_once_complete_the_position_once(race, members, required):
    made, needed = started(together(members, required_approvals=required)), required or len(members)
    rounds = [[approving(seat) for seat in seats] for seats in open_seats(made)]
    for document, results in zip(made, race(rounds), strict=True):
        decisions, late = parted(results)
        assert Counter(decision.outcome for decision in decisions) == {
            **({StepOutcome.STEP_APPROVED: needed - 1} if needed > 1 else {}),
            StepOutcome.STAGE_ADVANCED: 1,
        }
        assert {type(error) for error in late} <= {StepAlreadyDecided}
        assert (place(document)[1], history(document).count("seat_closed")) == ("Stage 2", len(members) - needed)


def test_a_rejection_among_approvals_at_once_ends_the_run_or_comes_too_late(race, members):
    made = started(together(members, required_approvals=3))
    verbs = [approving] * 4 + [rejecting] * 2
    rounds = [[verb(seat) for verb, seat in zip(verbs, seats, strict=True)] for seats in open_seats(made)]
    for document, results in zip(made, race(rounds), strict=True):
        decisions, late = parted(results)
        outcomes = Counter(decision.outcome for decision in decisions)
        assert {type(error) for error in late} <= {StepAlreadyDecided}
        if attachment_of(document).status == "rejected":
            assert outcomes[StepOutcome.WORKFLOW_REJECTED] == 1
            assert outcomes[StepOutcome.STEP_APPROVED] == len(decisions) - 1 < 3
        else:
            assert outcomes == {StepOutcome.STEP_APPROVED: 2, StepOutcome.STAGE_ADVANCED: 1}


@pytest.mark.parametrize("rule", ["requester", "previous"])
def test_rejections_at_once_send_the_run_back_once(race, members, rule):
    made = started(
        template(
            1, [[by_user(members[0])], [by_user(user) for user in members]], approval_mode="parallel", on_reject=rule
        )
    )
    race([[approving(seat)] for (seat,) in open_seats(made)])
    rounds = [[rejecting(seat) for seat in seats] for seats in open_seats(made)]
    for document, results in zip(made, race(rounds), strict=True):
        (decision,), late = parted(results)
        assert {type(error) for error in late} == {StepAlreadyDecided}
        if rule == "previous":
            assert (decision.outcome, place(document)[1]) == ("returned", "Stage 1")
        else:
            assert (decision.outcome, attachment_of(document).status) == ("changes_requested", "changes_requested")


def test_changes_asked_for_while_somebody_approves_go_one_way(race, members):
    made = started(together(members[:2], required_approvals=1), members[2])
    rounds = [[asking_for_changes(first), approving(second)] for first, second in open_seats(made)]
    for document, results in zip(made, race(rounds), strict=True):
        (decision,), (late,) = parted(results)
        assert isinstance(late, StepAlreadyDecided)
        expected = {"changes_requested": "changes_requested", "stage_advanced": "in_progress"}
        assert attachment_of(document).status == expected[decision.outcome]


def test_a_run_is_sent_again_or_cancelled_once(race, members):
    starter, root = UserFactory(), UserFactory(is_staff=True, is_superuser=True)
    made = started(together(members[:2]), starter)
    race([[asking_for_changes(seat)] for seat, _other in open_seats(made)])
    rounds = []
    for document in made:
        key = attachment_of(document).pk
        sent = [partial(resubmit, attachment_id=key, actor=actor) for actor in (starter, root, starter)]
        rounds.append([*sent, partial(cancel_workflow, attachment_id=key, actor=root, reason="Not needed")])
    for document, (*sent, cancelled) in zip(made, race(rounds), strict=True):
        told = history(document)
        done, late = parted(sent)
        assert {type(error) for error in late} == {NotInProgress}
        assert isinstance(cancelled, WorkflowAttachment)
        assert len(done) == told.count("resubmitted") <= 1
        assert attachment_of(document).status == "cancelled"
        requesters = [step for step in steps_of(document) if (step.extra_fields or {}).get("requester")]
        assert [step.status for step in requesters] in (["approved"], ["cancelled"])


@pytest.mark.django_db(transaction=True)
def test_of_rules_with_one_weight_made_at_once_one_stays():
    workflow = template_for(3, [[by_user(UserFactory())]])
    for weight in range(ROUNDS):
        make = partial(create_start_rule, model=Deal, workflow_id=workflow.pk, weight=weight)
        made, refused = parted(at_once([make] * 4))
        assert (len(made), {type(error) for error in refused}) == (1, {InvalidDefinition})
        assert {fault.path for error in refused for fault in error.faults} == {("weight",)}
    assert StartRule.objects.count() == ROUNDS
