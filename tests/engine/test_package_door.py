"""A project that calls the approval package's own `advance_flow` advances the workflow all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from approval_workflow.services import advance_flow
from django.contrib.auth.models import User

from django_workflow_engine.services import approve_step, attach_workflow_to_object, create_workflow, reject_step
from tests.factories import (
    STRATEGIES,
    DocumentFactory,
    UserFactory,
    by_role,
    by_user,
    group_of,
    spec_for,
    template_for,
)
from tests.runs import approve, asked, attachment_of, history, place, progress, seat, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]

TOLD = ("actor_name", "from_pipeline", "from_stage", "to_pipeline", "to_stage", "comment")


@pytest.fixture
def people():
    return UserFactory.create_batch(3)


def start(strategy, *approvals):
    """A document with these approvals one after the other: a position each, or all at the one of strategy 3."""
    positions = [list(approvals)] if strategy == 3 else [[approval] for approval in approvals]
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, positions))
    return document


def state(document):
    """Everything that a reader sees of the run, without ids and times."""
    steps = [
        (step.step_number, step.assigned_to, step.status, step.action_user, step.comment) for step in steps_of(document)
    ]
    return attachment_of(document).status, place(document), progress(document), steps, history(document, *TOLD)


def approve_by_verb(document, user):
    approve_step(step_id=seat(document, user).pk, actor=user, comment="Fine")


def reject_by_verb(document, user):
    reject_step(step_id=seat(document, user).pk, actor=user, reason="Bad")


def approve_by_package(document, user):
    advance_flow(document, "approved", user, comment="Fine")


def reject_by_package(document, user):
    advance_flow(document, "rejected", user, comment="Bad")


def both(strategy, approvals, decisions):
    """The state after the same decisions by the engine's verbs and by the package, with the two documents."""
    verbs, package = (
        {True: approve_by_verb, False: reject_by_verb},
        {True: approve_by_package, False: reject_by_package},
    )
    one, two = start(strategy, *approvals), start(strategy, *approvals)
    for user, approved in decisions:
        verbs[approved](one, user)
        package[approved](two, user)
        assert state(two) == state(one)
    return state(two)


def test_a_whole_walk_is_the_same_by_either_door(strategy, people):
    a, b, c = people
    status, _place, (percentage, *_rest), steps, told = both(
        strategy, [by_user(a), by_user(b), by_user(c)], [(a, True), (b, True), (c, True)]
    )
    assert (status, percentage, [row[2] for row in steps]) == ("completed", 100, ["approved"] * 3)
    assert [line[0] for line in told].count("approved") == 3


def test_a_rejection_is_the_same_by_either_door(strategy, people):
    a, b, _c = people
    status, *_rest, told = both(strategy, [by_user(a), by_user(b)], [(a, True), (b, False)])
    assert status == "rejected"
    assert [line[0] for line in told].count("rejected") == 1


def test_a_consensus_is_the_same_by_either_door(strategy, people):
    a, b, c = people
    role = group_of(a, b, c)
    approvals = [by_role(role, "consensus"), by_user(a)]
    status, *_rest, steps, told = both(strategy, approvals, [(b, True), (a, True)])
    assert (status, [row[2] for row in steps]) == ("in_progress", ["approved", "approved", "current"])
    assert [line[0] for line in told] == ["attached", "started", "approved", "approved"]
    both(strategy, approvals, [(b, True), (a, True), (c, True), (a, True)])


def test_the_other_seats_of_anyone_stay_as_rows_by_either_door(strategy, people):
    a, b, c = people
    *_rest, steps, told = both(strategy, [by_role(group_of(a, b, c)), by_user(c)], [(b, True)])
    assert [row[1:4] for row in steps] == [
        (a, "cancelled", b),
        (b, "approved", b),
        (c, "cancelled", b),
        (c, "current", None),
    ]
    assert [line[0] for line in told][2:5] == ["approved", "seat_closed", "seat_closed"]


@pytest.mark.parametrize("selection", ["anyone", "consensus"])
def test_the_other_seats_of_a_rejection_stay_as_rows_by_either_door(strategy, selection, people):
    a, b, c = people
    *_rest, steps, _told = both(strategy, [by_role(group_of(a, b, c), selection)], [(b, False)])
    assert [row[1:4] for row in steps] == [(a, "cancelled", b), (b, "rejected", b), (c, "cancelled", b)]


def test_round_robin_is_the_same_by_either_door(strategy, people):
    document = start(strategy, by_role(group_of(*people), "round_robin"), by_user(people[0]))
    (one,) = asked(document)
    approve_by_package(document, one)
    assert [(step.assigned_to, step.status) for step in steps_of(document)] == [
        (one, "approved"),
        (people[0], "current"),
    ]


def test_a_round_robin_that_comes_next_takes_one_turn_for_each_approval(strategy, people):
    role = group_of(*people)
    documents = [start(strategy, by_user(people[0]), by_role(role, "round_robin")) for _ in range(4)]
    for document in documents:
        approve_by_package(document, people[0])
    assert [asked(document) for document in documents] == [[people[number % 3]] for number in range(4)]


def test_the_doors_may_be_mixed(strategy, people):
    a, b, _c = people
    document = start(strategy, by_user(a), by_user(b), by_user(a))
    approve_by_package(document, a)
    approve(document, b)
    approve_by_package(document, a)
    assert attachment_of(document).status == "completed"
    attach_workflow_to_object(document, attachment_of(document).workflow.cloned_from)
    approve_by_package(document, a)
    assert (asked(document), attachment_of(document).run_number) == ([b], 2)


def test_saving_a_decided_row_again_tells_nothing_twice(strategy, people):
    a, b, _c = people
    document = start(strategy, by_user(a), by_user(b))
    approve(document, a)
    before = state(document)
    steps_of(document)[0].save()
    assert state(document) == before


def test_the_package_refuses_a_stranger_and_the_workflow_stays(strategy, people):
    a, b, _c = people
    document = start(strategy, by_user(a), by_user(a))
    before = state(document)
    with pytest.raises(PermissionError):
        approve_by_package(document, b)
    assert state(document) == before


def test_a_rejection_by_the_package_does_what_its_position_says(strategy, people):
    boss, fay, owner = people
    spec = spec_for(strategy, [[by_user(boss), by_user(fay)]] if strategy == 3 else [[by_user(boss)], [by_user(fay)]])
    for rule, status, waiting in (("requester", "changes_requested", owner), ("previous", "in_progress", boss)):
        document = DocumentFactory(created_by=owner)
        attach_workflow_to_object(document, create_workflow(spec=rejecting(spec, rule)))
        approve_by_package(document, boss)
        reject_by_package(document, fay)
        if strategy == 3 and rule == "previous":  # there is no position before
            assert (attachment_of(document).status, asked(document)) == ("rejected", [])
        else:
            assert (attachment_of(document).status, asked(document)) == (status, [waiting])


def test_a_rejection_by_the_package_ends_the_run_where_nobody_could_be_asked_before(strategy, people):
    if strategy == 3:
        pytest.skip("strategy 3 has one position")
    boss, fay, _owner = people
    document = DocumentFactory()
    spec = spec_for(strategy, [[by_user(boss)], [by_user(fay)]])
    attach_workflow_to_object(document, create_workflow(spec=rejecting(spec, "previous")))
    approve_by_package(document, boss)
    User.objects.filter(pk=boss.pk).update(is_active=False)
    reject_by_package(document, fay)
    assert (attachment_of(document).status, asked(document)) == ("rejected", [])
    assert history(document)[-1] == "rejected"


def rejecting(spec, rule):
    """The template, each of whose positions says what a rejection does."""
    pipelines = [
        replace(one, on_reject=rule, stages=[replace(stage, on_reject=rule) for stage in one.stages])
        if spec.strategy == 2
        else replace(one, stages=[replace(stage, on_reject=rule) for stage in one.stages])
        for one in spec.pipelines
    ]
    return replace(spec, pipelines=pipelines, **({"on_reject": rule} if spec.strategy == 3 else {}))
