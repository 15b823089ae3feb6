"""What all machines have: the world that an example begins with, what is looked at after each act, and who acts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ClassVar, Final

from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import User
from django.db import transaction
from django.test import override_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import Substitution
from django_workflow_engine.services import attach_workflow_to_object, create_substitution
from tests.clock import at
from tests.people_and_time.company import PEOPLE, TEMPLATES, Company
from tests.people_and_time.invariants import NOTHING_CHANGED, NOTHING_FAILS, check_all, ensure
from tests.people_and_time.reading import Reading
from tests.snapshot import snapshot
from tests.testapp.models import Document

BEGIN: Final = datetime(2030, 1, 7, 9, tzinfo=UTC)


def one_of(choose: Callable[[Machine], Sequence[Any]]) -> st.SearchStrategy[Any]:
    """One of what the machine that draws it has."""
    return st.runner().flatmap(lambda machine: st.sampled_from(choose(machine)))


person = one_of(lambda machine: machine.people)
template = one_of(lambda machine: machine.templates)
name = one_of(lambda machine: ("holder", "substitute", "holder", "substitute", *machine.people))  # mostly who may
number = st.integers(0, 5)  # of what is there, counted round and round


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
        def acted(self: Machine, **given: Any) -> None:
            function(self, **given)
            self.check()

        return rule(**drawn)(acted)

    return decorate


class Machine(RuleBasedStateMachine):
    """One example is a transaction, which is rolled back."""

    company: ClassVar[Company]
    people: ClassVar[Sequence[str]] = PEOPLE  # who does something, and to whom it is done
    templates: ClassVar[Sequence[str]] = TEMPLATES
    asks_permission: ClassVar[Sequence[bool]] = (False, True)
    first_runs: ClassVar[int] = 2
    reading: Reading  # as it is before the next act

    def __init__(self) -> None:
        super().__init__()
        self.stack, self.now, self.errors = ExitStack(), BEGIN, Errors()
        self.permission_asked, self.documents, self.seen = False, 0, ""
        self.stack.enter_context(transaction.atomic())
        self.clock = self.stack.enter_context(ExitStack())
        self.set_clock()
        logger = logging.getLogger("django_workflow_engine")
        logger.addHandler(self.errors)
        self.stack.callback(logger.removeHandler, self.errors)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.stack.close()

    @initialize(
        permission_asked=one_of(lambda machine: machine.asks_permission),
        templates=st.runner().flatmap(lambda machine: st.tuples(*[template] * machine.first_runs)),
        who=person,
        to=person,
    )
    def begin(self, permission_asked: bool, templates: Sequence[str], who: str, to: str) -> None:
        """Runs of Ann's, and somebody who is away."""
        self.permission_asked = permission_asked
        permissions = {"REQUIRE_PERMISSION_TO_APPROVE": permission_asked}
        engine = {"ENABLED_MODELS": ["testapp.Document"], "PERMISSIONS": permissions}
        settings = override_settings(APPROVAL_HEAD_MANAGER_FIELD="profile.manager", DJANGO_WORKFLOW_ENGINE=engine)
        self.stack.enter_context(settings)
        for one in templates:
            self.begin_run(one, "ann", "ann")
        self.send_away(who, to, 100, None)
        self.check()

    def read(self) -> Reading:
        """Everything as it is now."""
        return Reading(self.company, self.now, permission_asked=self.permission_asked)

    def check(self) -> None:
        """Everything that can be seen of the rows, unless the act has changed nothing."""
        self.reading = self.read()
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

    def seat(self, number: int, who: str = "holder") -> ApprovalInstance:
        """An open seat; for a substitute one of somebody who is away, if there is any."""
        seats = [step for _run, step in self.reading.open()]
        if who == "substitute":
            away = {person for person, _substitute, _template in self.reading.links}
            seats = [step for step in seats if step.assigned_to_id in away] or seats
        return seats[number % len(seats)]

    def attempt(self, call: Callable[..., Any], **given: Any) -> Any:
        """What the call gives, or how it is refused, which leaves every row as it was."""
        before = snapshot()
        try:
            return call(**given)
        except WorkflowError as refused:
            ensure(snapshot() == before, NOTHING_CHANGED, refused)
            return refused

    def send_away(self, who: str, to: str, hours: int, only: str | None) -> None:
        user, ends_at = self.user(who), self.now + timedelta(hours=hours)
        if user is not None:
            key = None if only is None else self.company.rules[only].template.pk
            wish = {"substitute_id": self.company.ids[to], "ends_at": ends_at, "workflow_id": key}
            self.attempt(create_substitution, actor=user, **wish)

    def set_clock(self) -> None:
        self.clock.close()
        self.clock.enter_context(at(self.now))

    def begin_run(self, template: str, owner: str, starter: str) -> None:
        self.documents += 1
        document = Document.objects.create(title=f"document {self.documents}", created_by=self.user(owner))
        self.attach(document, template, starter)

    def attach(self, document: Document | None, template: str, starter: str) -> None:
        if document is not None:
            workflow = self.company.rules[template].template
            self.attempt(attach_workflow_to_object, obj=document, workflow=workflow, user=self.user(starter))
