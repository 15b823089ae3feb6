"""The machine: people, roles, substitutes, the clock and decisions in any order, through the public doors."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import wraps
from io import StringIO
from typing import Any, ClassVar, Final

from approval_workflow.models import ApprovalInstance
from approval_workflow.services import advance_flow
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from django_workflow_engine.errors import NoApprover, WorkflowError
from django_workflow_engine.models import Substitution
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    claim_step,
    create_substitution,
    delegate_step,
    end_substitution,
    escalate_step,
    fire_due_timers,
    reassign_step,
    reject_step,
    release_step,
    request_changes,
    request_resubmission,
    resubmit,
)
from tests.clock import at
from tests.people_and_time.company import PEOPLE, ROLES, TEMPLATES, Company
from tests.people_and_time.counting import Vote
from tests.people_and_time.invariants import (
    AS_READ,
    DUTIES,
    NOTHING_CHANGED,
    NOTHING_FAILS,
    SOMEBODY_MAY,
    check_all,
    check_fired,
    ensure,
)
from tests.people_and_time.reading import APPROVE, Reading
from tests.snapshot import snapshot
from tests.testapp.models import Document

BEGIN: Final = datetime(2030, 1, 7, 9, tzinfo=UTC)
MOST_RUNS: Final = 3
VERBS: Final = {
    "approve": (approve_step, "approve_workflow", {}),
    "reject": (reject_step, "reject_workflow", {"reason": "No"}),
    "ask for changes": (request_changes, "reject_workflow", {"reason": "More"}),
    "send back": (request_resubmission, "reject_workflow", {"reason": "Again"}),
    "claim": (claim_step, "approve_workflow", {}),
    "escalate": (escalate_step, "delegate_workflow", {}),
    "delegate": (delegate_step, "delegate_workflow", {}),
}

person = st.sampled_from(PEOPLE)
template = st.sampled_from(TEMPLATES)
number = st.integers(0, 5)  # of what is there, counted round and round
name = st.sampled_from(("holder", "substitute", "holder", "substitute", *PEOPLE))  # mostly who may

decision = st.sampled_from(("approve", "approve", "approve", "reject", "ask for changes", "send back"))


class Errors(logging.Handler):
    """What the engine logged as errors: it goes on after some of them, and no sequence should lead to one."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


def act(**drawn: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """A rule, after which everything is looked at: an `invariant` would be a line of its own in what is printed."""

    def decorate(function: Callable[..., None]) -> Any:
        @wraps(function)
        def acted(self: PeopleAndTime, **given: Any) -> None:
            function(self, **given)
            self.check()

        return rule(**drawn)(acted)

    return decorate


class PeopleAndTime(RuleBasedStateMachine):
    """One example is a transaction, which is rolled back."""

    company: ClassVar[Company]
    reading: Reading  # as it is before the next act

    def __init__(self) -> None:
        super().__init__()
        self.stack, self.now, self.errors = ExitStack(), BEGIN, Errors()
        self.permission_asked, self.documents, self.seen = False, 0, ""
        self.stack.enter_context(transaction.atomic())
        self.clock = self.stack.enter_context(ExitStack())
        self._set_clock()
        logger = logging.getLogger("django_workflow_engine")
        logger.addHandler(self.errors)
        self.stack.callback(logger.removeHandler, self.errors)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.stack.close()

    @initialize(permission_asked=st.booleans(), templates=st.tuples(template, template), who=person, to=person)
    def begin(self, permission_asked: bool, templates: tuple[str, str], who: str, to: str) -> None:
        """Two runs of Ann's, and somebody who is away."""
        self.permission_asked = permission_asked
        permissions = {"REQUIRE_PERMISSION_TO_APPROVE": permission_asked}
        engine = {"ENABLED_MODELS": ["testapp.Document"], "PERMISSIONS": permissions}
        settings = override_settings(APPROVAL_HEAD_MANAGER_FIELD="profile.manager", DJANGO_WORKFLOW_ENGINE=engine)
        self.stack.enter_context(settings)
        for one in templates:
            self._start(one, "ann", "ann")
        self._go_on_holiday(who, to, 100, None)
        self.check()

    def check(self) -> None:
        """Everything that can be seen of the rows, unless the act has changed nothing."""
        self.reading = Reading(self.company, self.now, permission_asked=self.permission_asked)
        if self.reading.text != self.seen:
            self.seen = self.reading.text
            check_all(self.reading)
        ensure(not self.errors.told, NOTHING_FAILS, self.errors.told)

    # What the acts have in common.

    def user(self, who: str) -> User | None:
        return self.company.root if who == "root" else User.objects.filter(pk=self.company.ids[who]).first()

    def actor(self, who: str, seat: ApprovalInstance) -> User | None:
        """The holder of the seat, the first of the holder's substitutes, or who has this name; None: nobody."""
        if who == "substitute":
            links = Substitution.objects.lasting(self.now).filter(user=seat.assigned_to_id).order_by("pk")
            return next((link.substitute for link in links), None)
        return User.objects.filter(pk=seat.assigned_to_id).first() if who == "holder" else self.user(who)

    def seat(self, number: int) -> ApprovalInstance:
        seats = [step for _run, step in self.reading.open()]
        return seats[number % len(seats)]

    def attempt(self, call: Callable[..., Any], **given: Any) -> Any:
        """What the call gives, or how it is refused, which leaves every row as it was."""
        before = snapshot()
        try:
            return call(**given)
        except WorkflowError as refused:
            ensure(snapshot() == before, NOTHING_CHANGED, refused)
            return refused

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
            vote.check(Reading(self.company, self.now, permission_asked=self.permission_asked), answer.outcome)

    # People, roles and substitutes.

    @act(who=person, becomes=st.sampled_from(("inactive", "active", "inactive", "deleted")))
    def account(self, who: str, becomes: str) -> None:
        user = User.objects.filter(pk=self.company.ids[who])
        if becomes == "deleted":
            user.delete()
        else:
            user.update(is_active=becomes == "active")

    @act(who=person, where=st.sampled_from(sorted(ROLES)), does=st.sampled_from(("leaves", "joins", "deletes it")))
    def role(self, who: str, where: str, does: str) -> None:
        user, group = self.user(who), Group.objects.filter(pk=self.company.ids[where])
        if does == "deletes it":
            group.delete()
        elif user is not None and group:
            (group[0].user_set.add if does == "joins" else group[0].user_set.remove)(user)

    @precondition(lambda self: self.permission_asked)
    @act(who=person, given=st.booleans())
    def permission(self, who: str, given: bool) -> None:
        user, permission = self.user(who), Permission.objects.get(codename=APPROVE)
        if user is not None:
            (user.user_permissions.add if given else user.user_permissions.remove)(permission)

    @act(who=person, to=person, hours=st.sampled_from((30, 100)), only=st.sampled_from((None, *TEMPLATES)))
    def go_on_holiday(self, who: str, to: str, hours: int, only: str | None) -> None:
        self._go_on_holiday(who, to, hours, only)

    def _go_on_holiday(self, who: str, to: str, hours: int, only: str | None) -> None:
        user, ends_at = self.user(who), self.now + timedelta(hours=hours)
        if user is not None:
            key = None if only is None else self.company.rules[only].template.pk
            wish = {"substitute_id": self.company.ids[to], "ends_at": ends_at, "workflow_id": key}
            self.attempt(create_substitution, actor=user, **wish)

    @precondition(lambda self: self.reading.links)
    @act(number=number)
    def come_back(self, number: int) -> None:
        rows = Substitution.objects.lasting(self.now).order_by("pk")
        row = rows[number % len(rows)]
        self.attempt(end_substitution, id=row.pk, actor=row.user)

    # The clock.

    @act(hours=st.sampled_from((0, 1, 25, 49)), timers=st.booleans())
    def wait(self, hours: int, timers: bool) -> None:
        self.now += timedelta(hours=hours)
        self._set_clock()
        if timers:
            fire_due_timers()
            check_fired(Reading(self.company, self.now, permission_asked=self.permission_asked))

    def _set_clock(self) -> None:
        self.clock.close()
        self.clock.enter_context(at(self.now))

    # Runs.

    @precondition(lambda self: self.documents < MOST_RUNS)
    @act(template=template, owner=person, starter=person)
    def start(self, template: str, owner: str, starter: str) -> None:
        self._start(template, owner, starter)

    def _start(self, template: str, owner: str, starter: str) -> None:
        self.documents += 1
        document = Document.objects.create(title=f"document {self.documents}", created_by=self.user(owner))
        self._attach(document, template, starter)

    def _attach(self, document: Document | None, template: str, starter: str) -> None:
        if document is not None:
            workflow = self.company.rules[template].template
            self.attempt(attach_workflow_to_object, obj=document, workflow=workflow, user=self.user(starter))

    @precondition(lambda self: self.reading.runs)
    @act(
        number=number,
        who=st.sampled_from(("root", *PEOPLE)),
        template=template,
        what=st.sampled_from(("resubmit", "cancel", "start again", "delete", "delete and mend")),
    )
    def run(self, number: int, who: str, template: str, what: str) -> None:
        """Somebody does something about a run: of those that were sent back where it is to be sent again."""
        sent_back = [run for run in self.reading.runs if run.is_sent_back] if what == "resubmit" else []
        runs = sent_back or self.reading.runs
        run, actor = runs[number % len(runs)], self.user(who)
        if what == "start again":
            self._attach(run.document, template, who)
        elif what.startswith("delete"):
            self._delete(run.document, mend=what == "delete and mend")
        elif actor is not None and what == "cancel":
            self.attempt(cancel_workflow, attachment_id=run.attachment.pk, actor=actor, reason="Enough")
        elif actor is not None:
            self.attempt(resubmit, attachment_id=run.attachment.pk, actor=actor)

    def _delete(self, document: Document | None, *, mend: bool) -> None:
        if document is not None:
            document.delete()
        if mend:
            with suppress(CommandError):  # its exit status is about what is left
                call_command("doctor", "--mend", stdout=StringIO())
            after = Reading(self.company, self.now, permission_asked=self.permission_asked)
            ensure(all(run.document for run, _step in after.open()), SOMEBODY_MAY, "the doctor left a run behind")

    # Decisions.

    @precondition(lambda self: self.reading.open())
    @act(
        number=number,
        who=name,
        verb=st.sampled_from(("approve", "approve", "approve", "reject", "ask for changes", "send back")),
    )
    def decides(self, number: int, who: str, verb: str) -> None:
        self.decide(self.seat(number), who, verb)

    @precondition(lambda self: self.reading.open())
    @act(number=number)
    def approves(self, number: int) -> None:
        self.decide(self.seat(number), "holder", "approve")

    @precondition(lambda self: self.reading.open())
    @act(number=number, who=name, verb=st.sampled_from(("delegate", "escalate")), to=person)
    def passes_on(self, number: int, who: str, verb: str, to: str) -> None:
        further = {"user_id": self.company.ids[to]} if verb == "delegate" else {}
        self.decide(self.seat(number), who, verb, **further)

    @precondition(lambda self: self.reading.open())
    @act(number=number, to=person)
    def reassign(self, number: int, to: str) -> None:
        given = {"user_id": self.company.ids[to], "reason": "Gone"}
        self.attempt(reassign_step, step_id=self.seat(number).pk, actor=self.company.root, **given)

    @precondition(lambda self: self.reading.open())
    @act(number=number, who=name, release=st.booleans())
    def claims(self, number: int, who: str, release: bool) -> None:
        seat = self.seat(number)
        actor = self.actor(who, seat)
        if not release:
            self.decide(seat, who, "claim")
        elif actor is not None:
            self.attempt(release_step, step_id=seat.pk, actor=actor)

    @precondition(lambda self: self.reading.open())
    @act(number=number, who=name, action=st.sampled_from(("approved", "rejected", "delegated", "escalated")), to=person)
    def by_the_package(self, number: int, who: str, action: str, to: str) -> None:
        """The approval package's own door, which asks nobody of whom it gives a seat to: of these only who may take it.

        The caller's transaction undoes what it has begun and then refuses.
        """
        seat = self.seat(number)
        actor, receiver = self.actor(who, seat), self.user(to)
        if action == "escalated":
            receiver = getattr(getattr(actor, "profile", None), "manager", None)
        if actor is None or receiver is None or not self.reading.may_take(receiver.pk, seat):
            return
        with suppress(ValueError, PermissionError), transaction.atomic():
            advance_flow(seat, action, actor, comment="So", delegate_to=receiver)
