"""Approvals that are asked at once, in every small world and in every order, against a model of a few lines."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.services import approve_step, attach_workflow_to_object, create_workflow, reject_step
from tests.factories import DocumentFactory, UserFactory, by_role, by_user, group_of, spec_for
from tests.runs import attachment_of, open_steps
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db

KINDS: Final = ("one", "anyone", "all")  # one person; a role of two, of whom one, or both, must approve
WORLDS: Final = [
    (world, required)
    for size in (1, 2, 3)
    for world in combinations_with_replacement(KINDS, size)
    for required in range(1, size + 1)
]
Approved = tuple[frozenset[int], ...]  # for each approval the people who have approved it, as numbers


def members(kind: str, index: int) -> frozenset[int]:
    """Who is asked by the approval at this place: of three people, other ones at each place."""
    return frozenset({index} if kind == "one" else {index, (index + 1) % 3})


def seats(world: Sequence[str], required: int, approved: Approved) -> set[tuple[int, int]]:
    """The model: which seats are open, as approval and person, once these people have approved."""
    done = {
        index
        for index, kind in enumerate(world)
        if (approved[index] == members(kind, index) if kind == "all" else approved[index])
    }
    if len(done) >= required:
        return set()
    return {
        (index, person)
        for index, kind in enumerate(world)
        if index not in done
        for person in members(kind, index) - approved[index]
    }


class World:
    """A document on a template of one position, with three people."""

    def __init__(self, world: Sequence[str], required: int) -> None:
        self.world, self.required = world, required
        self.people: list[User] = UserFactory.create_batch(3)
        approvals = [self._approval(kind, index) for index, kind in enumerate(world)]
        rules: dict[str, Any] = {"approval_mode": "parallel", "required_approvals": required}
        spec = spec_for(WorkflowStrategy.WORKFLOW_ONLY, [approvals], **rules)
        self.document: Document = DocumentFactory()
        attach_workflow_to_object(self.document, create_workflow(spec=spec))

    def _approval(self, kind: str, index: int) -> dict[str, Any]:
        asked = [self.people[person] for person in sorted(members(kind, index))]
        if kind == "one":
            return by_user(asked[0])
        return by_role(group_of(*asked), "anyone" if kind == "anyone" else "consensus")

    def open(self) -> dict[tuple[int, int], Any]:
        """The open seats, as approval and person."""
        return {
            (step.extra_fields["approval"], self.people.index(step.assigned_to)): step
            for step in open_steps(self.document)
        }

    def check(self, approved: Approved) -> dict[tuple[int, int], Any]:
        """Assert that the run stands where the model does; gives the open seats."""
        found, expected = self.open(), seats(self.world, self.required, approved)
        assert set(found) == expected
        assert attachment_of(self.document).status == ("in_progress" if expected else "completed")
        return found


def orders(world: World, approved: Approved) -> Iterator[None]:
    """Every order of approvals from here, each undone afterwards, and a rejection by every seat on the way."""
    for (index, person), step in world.check(approved).items():
        with transaction.atomic():
            reject_step(step_id=step.pk, actor=step.assigned_to, reason="No")
            assert (world.open(), attachment_of(world.document).status) == ({}, "rejected")
            transaction.set_rollback(True)
        with transaction.atomic():
            approve_step(step_id=step.pk, actor=step.assigned_to)
            yield from orders(world, after(approved, index, person))
            transaction.set_rollback(True)
    yield


def after(approved: Approved, index: int, person: int) -> Approved:
    return tuple(people | {person} if place == index else people for place, people in enumerate(approved))


def is_small(world: Sequence[str]) -> bool:
    return sum(len(members(kind, index)) for index, kind in enumerate(world)) <= 4


@pytest.mark.parametrize(("world", "required"), [one for one in WORLDS if is_small(one[0])], ids=str)
def test_every_order(world: Sequence[str], required: int) -> None:
    nobody: Approved = (frozenset(),) * len(world)
    assert sum(1 for _state in orders(World(world, required), nobody)) > 1


@pytest.mark.parametrize(("world", "required"), [one for one in WORLDS if not is_small(one[0])], ids=str)
def test_orders_by_chance(world: Sequence[str], required: int) -> None:
    chance = random.Random(str((world, required)))
    for _order in range(10):
        run, approved = World(world, required), (frozenset(),) * len(world)
        while found := run.check(approved):
            (index, person), step = chance.choice(sorted(found.items(), key=lambda item: item[0]))
            approve_step(step_id=step.pk, actor=step.assigned_to)
            approved = after(approved, index, person)
