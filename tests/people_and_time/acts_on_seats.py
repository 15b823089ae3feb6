"""What people do with the seats that they have, and with those of whom they stand in for."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from approval_workflow.models import ApprovalInstance
from approval_workflow.services import advance_flow
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import precondition

from django_workflow_engine.errors import NoApprover, WorkflowError
from django_workflow_engine.services import (
    approve_step,
    claim_step,
    delegate_step,
    escalate_step,
    reassign_step,
    reject_step,
    release_step,
    request_changes,
    request_resubmission,
)
from tests.people_and_time.counting import Vote
from tests.people_and_time.invariants import AS_READ, DUTIES, ensure
from tests.people_and_time.machine import Machine, act, name, number, person

VERBS: Final = {
    "approve": (approve_step, "approve_workflow", {}),
    "reject": (reject_step, "reject_workflow", {"reason": "No"}),
    "ask for changes": (request_changes, "reject_workflow", {"reason": "More"}),
    "send back": (request_resubmission, "reject_workflow", {"reason": "Again"}),
    "claim": (claim_step, "approve_workflow", {}),
    "escalate": (escalate_step, "delegate_workflow", {}),
    "delegate": (delegate_step, "delegate_workflow", {}),
}


class Deciding(Machine):
    """A seat is decided on by whoever may, and by whoever may not."""

    def decide(self, seat: ApprovalInstance, who: str, verb: str, **further: Any) -> None:
        """Somebody acts on an open seat: whoever may, by the test's own reading, is let, and nobody else."""
        actor, run = self.actor(who, seat), self.reading.run_of(seat)
        if actor is None:
            return
        call, permission, given = VERBS[verb]
        may = self.reading.may(actor.pk, run, seat, permission)
        vote = Vote.of(run, seat)
        answer = self.attempt(call, step_id=seat.pk, actor=actor, **given, **further)
        told = f"{verb} by {actor} on the seat of {seat.assigned_to}: {answer!r}"
        if isinstance(answer, WorkflowError):
            ensure(not may or verb != "approve" or isinstance(answer, NoApprover), AS_READ, told)
            return
        barred = {actor.pk, seat.assigned_to_id} & self.reading.barred(run, seat)
        ensure(may, DUTIES if barred else AS_READ, told)
        if verb == "approve":
            vote.check(self.read(), answer.outcome)

    @precondition(lambda self: self.reading.open())
    @act(
        number=number,
        who=name,
        verb=st.sampled_from(("approve", "approve", "approve", "reject", "ask for changes", "send back")),
    )
    def decides(self, number: int, who: str, verb: str) -> None:
        self.decide(self.seat(number, who), who, verb)

    @precondition(lambda self: self.reading.open())
    @act(number=number)
    def approves(self, number: int) -> None:
        self.decide(self.seat(number), "holder", "approve")


class PassingOn(Deciding):
    """A seat is passed on, or given to somebody else."""

    @precondition(lambda self: self.reading.open())
    @act(number=number, who=name, verb=st.sampled_from(("delegate", "escalate")), to=person)
    def passes_on(self, number: int, who: str, verb: str, to: str) -> None:
        further = {"user_id": self.company.ids[to]} if verb == "delegate" else {}
        self.decide(self.seat(number, who), who, verb, **further)

    @precondition(lambda self: self.reading.open())
    @act(number=number, to=person)
    def reassign(self, number: int, to: str) -> None:
        given = {"user_id": self.company.ids[to], "reason": "Gone"}
        self.attempt(reassign_step, step_id=self.seat(number).pk, actor=self.company.root, **given)


class Claims(Deciding):
    """One of several takes what anyone of them may do."""

    @precondition(lambda self: self.reading.open())
    @act(number=number, who=name, release=st.booleans())
    def claims(self, number: int, who: str, release: bool) -> None:
        seat = self.seat(number, who)
        actor = self.actor(who, seat)
        if not release:
            self.decide(seat, who, "claim")
        elif actor is not None:
            self.attempt(release_step, step_id=seat.pk, actor=actor)


class PackageDoor(Machine):
    """The approval package is called, and not the engine."""

    @precondition(lambda self: self.reading.open())
    @act(number=number, who=name, action=st.sampled_from(("approved", "rejected", "delegated", "escalated")), to=person)
    def by_the_package(self, number: int, who: str, action: str, to: str) -> None:
        """The approval package's own door, which asks nobody of whom it gives a seat to: of these only who may take it.

        The caller's transaction undoes what it has begun and then refuses.
        """
        seat = self.seat(number, who)
        actor, receiver = self.actor(who, seat), self.user(to)
        if action == "escalated":
            receiver = getattr(getattr(actor, "profile", None), "manager", None)
        if actor is None or receiver is None or not self.reading.may_take(receiver.pk, seat):
            return
        with suppress(ValueError, PermissionError), transaction.atomic():
            advance_flow(seat, action, actor, comment="So", delegate_to=receiver)
