"""Attaching and starting at the same moment: one run per object, one version per content."""

from __future__ import annotations

from functools import partial

import pytest

from django_workflow_engine.errors import AlreadyAttached, NotInProgress
from django_workflow_engine.models import Stage, WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, attach_workflow_to_objects, start_workflow
from tests.factories import UserFactory, by_role, by_user, group_of
from tests.postgres.invariants import assert_consistent_rows, deadlocks
from tests.postgres.processes import PROCESSES
from tests.postgres.races import approving, documents, open_seats, started, template
from tests.postgres.threads import ROUNDS, parted
from tests.runs import asked, attachment_of, history

pytestmark = pytest.mark.postgres


@pytest.fixture
def boss():
    return UserFactory()


def attaching(document, workflow, number=0):
    return partial(attach_workflow_to_object, document, workflow, metadata={"number": number})


def one_attached(document, results):
    """The stored attachment: the one that the one winner was told, and the losers with it."""
    (winner,), losers = parted(results)
    assert {type(error) for error in losers} == {AlreadyAttached}
    assert {error.attachment.pk for error in losers} == {winner.pk}
    stored = attachment_of(document)
    assert (stored, stored.metadata, stored.run_number) == (winner, winner.metadata, winner.run_number)
    return stored


@pytest.mark.parametrize("callers", [2, PROCESSES])
def test_one_object_attached_by_many_at_once_has_one_run(race, boss, callers):
    workflow, made = template(1, [[by_user(boss)]] * 2), documents(ROUNDS)
    rounds = [[attaching(document, workflow, number) for number in range(callers)] for document in made]
    for document, results in zip(made, race(rounds), strict=True):
        assert one_attached(document, results).run_number == 1
        assert (asked(document), history(document)) == ([boss], ["attached", "started"])
    assert WorkFlow.objects.count() == 2


def test_an_ended_object_attached_again_by_many_at_once_has_one_further_run(race, boss):
    workflow = template(3, [[by_user(boss)]])
    made = started(workflow)
    race([[approving(seat)] for (seat,) in open_seats(made)])
    rounds = [[attaching(document, workflow, number) for number in range(PROCESSES)] for document in made]
    for document, results in zip(made, race(rounds), strict=True):
        stored = one_attached(document, results)
        assert (stored.run_number, stored.first_step_number) == (2, 2)
        assert asked(document) == [boss]


def test_one_run_started_by_many_at_once_starts_once(race, boss):
    workflow, made = template(2, [[by_user(boss)]]), documents(ROUNDS)
    attached = [attach_workflow_to_object(document, workflow, auto_start=False) for document in made]
    starting = [[partial(start_workflow, attachment_id=attachment.pk)] * PROCESSES for attachment in attached]
    for document, results in zip(made, race(starting), strict=True):
        _winner, losers = parted(results)
        assert [type(error) for error in losers] == [NotInProgress] * (PROCESSES - 1)
        assert (asked(document), history(document)) == ([boss], ["attached", "started"])


def test_a_new_template_attached_to_many_objects_at_once_gets_one_complete_version(race, boss):
    templates = [template(1, [[by_user(boss)]] * 6) for _ in range(ROUNDS)]
    made = [documents(PROCESSES) for _ in templates]
    rounds = [
        [attaching(document, workflow) for document in batch] for workflow, batch in zip(templates, made, strict=True)
    ]
    for workflow, attachments in zip(templates, race(rounds), strict=True):
        (version,) = {attachment.workflow for attachment in attachments}
        assert version.cloned_from_id == workflow.pk
        assert Stage.objects.filter(pipeline__workflow=version).count() == 6
    assert WorkFlow.objects.filter(is_hidden=True).count() == ROUNDS
    assert WorkflowAttachment.objects.count() == ROUNDS * PROCESSES


def test_objects_attached_together_by_many_at_once_have_one_run_each(transactional_db, processes, boss):
    """In whatever order they are named, without a deadlock, and beside somebody who attaches to one of them alone."""
    before = deadlocks()
    workflow = template(1, [[by_user(boss)]] * 2)
    made = [documents(4) for _ in range(ROUNDS)]
    together = partial(attach_workflow_to_objects, workflow=workflow)
    rounds = [
        [
            partial(together, batch),
            partial(together, batch[::-1]),
            partial(together, batch[1:]),
            attaching(batch[2], workflow),
        ]
        for batch in made
    ]
    for batch, (*answers, alone) in zip(made, processes.run(rounds), strict=True):
        won = [one for answer in answers for one in answer if one.error is None]
        lost = [one.error for answer in answers for one in answer if one.error is not None]
        winners = [one.attachment for one in won] + [alone] * isinstance(alone, WorkflowAttachment)
        assert sorted(attachment.pk for attachment in winners) == sorted(attachment_of(one).pk for one in batch)
        assert {type(error) for error in lost} == {AlreadyAttached}
        for document in batch:
            assert (asked(document), history(document)) == ([boss], ["attached", "started"])
    assert deadlocks() == before
    assert_consistent_rows()


def test_runs_that_start_at_once_ask_each_member_of_a_round_robin_once(race):
    members = UserFactory.create_batch(PROCESSES)
    roles = [group_of(*members) for _ in range(ROUNDS)]  # also the first turn of a role is taken by all at once
    templates = [template(1, [[by_role(role, "round_robin")]]) for role in roles]
    made = [documents(2 * PROCESSES) for _ in templates]
    for half in (slice(0, PROCESSES), slice(PROCESSES, None)):
        rounds = [
            [attaching(document, workflow) for document in batch[half]]
            for workflow, batch in zip(templates, made, strict=True)
        ]
        for batch, results in zip(made, race(rounds), strict=True):
            assert parted(results)[1] == []
            taken = [person.pk for document in batch[half] for person in asked(document)]
            assert sorted(taken) == [member.pk for member in members]
