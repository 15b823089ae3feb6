"""A substitute decides on the person's seats, the person too; nothing is moved, and everything counts as before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from django_workflow_engine.approvals.substitutes import persons_for
from django_workflow_engine.choices import AttachmentStatus, DutyRule, StepOutcome
from django_workflow_engine.errors import (
    DutyRuleBroken,
    MissingPermission,
    NotYourStep,
    StepAlreadyDecided,
    StepClaimed,
)
from django_workflow_engine.models import RunParticipation, Substitution, WorkflowEvent
from django_workflow_engine.recipient_resolver import resolve_recipients
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    claim_step,
    delegate_step,
    end_substitution,
    escalate_step,
    reject_step,
    release_step,
    request_changes,
    resubmit,
)
from tests.clock import at
from tests.engine.substitutes.conftest import Holiday
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, open_steps, seat, steps_of
from tests.snapshot import unchanged
from tests.testapp.models import Document, Profile

pytestmark = pytest.mark.django_db
EVERY_STRATEGY = pytest.mark.parametrize("strategy", STRATEGIES)
LEVELS = pytest.mark.parametrize("strategy", STRATEGIES[:2])  # those with several positions
Away = Callable[..., Substitution]


def approve_in_place(document: Document, holiday: Holiday, **given: Any) -> Any:
    return approve_step(step_id=seat(document, holiday.person).pk, actor=holiday.substitute, **given)


def participants(document: Document) -> set[str]:
    return set(RunParticipation.objects.filter(attachment=attachment_of(document)).values_list("principal", flat=True))


@EVERY_STRATEGY
class TestWhileItLasts:
    def test_the_substitute_decides_on_the_persons_behalf(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy)
        away()
        decision = approve_in_place(document, holiday, comment="For Paula")
        assert decision.outcome == StepOutcome.WORKFLOW_COMPLETED
        (step,) = steps_of(document)
        assert (step.assigned_to, step.action_user, step.status) == (holiday.person, holiday.substitute, "approved")
        line = WorkflowEvent.objects.get(kind="approved")
        assert (line.actor_name, line.on_behalf_of_name, line.comment) == ("sam", "paula", "For Paula")
        assert line.details == {"substitute_for": str(holiday.person.pk)}
        assert f"user:{holiday.substitute.pk}" in participants(document)

    def test_the_person_decides_as_ever(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy)
        away()
        approve(document, holiday.person)
        line = WorkflowEvent.objects.get(kind="approved")
        assert (line.actor_name, line.on_behalf_of_name, line.details) == ("paula", "", {})
        assert f"user:{holiday.substitute.pk}" not in participants(document)

    def test_what_is_asked_later_may_be_decided_too(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        away()
        document = holiday.run(strategy)
        assert asked(document) == [holiday.person]
        reject_step(step_id=seat(document, holiday.person).pk, actor=holiday.substitute, reason="Too dear")
        assert attachment_of(document).status == AttachmentStatus.REJECTED
        assert history(document, "actor_name", "on_behalf_of_name")[-1] == ("rejected", "sam", "paula")

    def test_its_end_is_not_included(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy)
        away()
        for moment in (holiday.start - timedelta(microseconds=1), holiday.end):
            with at(moment), pytest.raises(NotYourStep), unchanged():
                approve_in_place(document, holiday)
        with at(holiday.end - timedelta(microseconds=1)):
            approve_in_place(document, holiday)

    def test_it_ends_when_somebody_ends_it(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy)
        substitution = away(ends_at=None)
        end_substitution(id=substitution.pk, actor=holiday.person)
        with pytest.raises(NotYourStep), unchanged():
            approve_in_place(document, holiday)

    def test_nobody_stands_in_for_who_is_inactive(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy)
        away()
        step = seat(document, holiday.person)
        holiday.person.is_active = False
        holiday.person.save()
        with pytest.raises(NotYourStep), unchanged():
            approve_step(step_id=step.pk, actor=holiday.substitute)

    def test_an_inactive_substitute_counts_as_none(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy)
        away()
        type(holiday.substitute).objects.filter(pk=holiday.substitute.pk).update(is_active=False)
        with pytest.raises(NotYourStep), unchanged():
            approve_in_place(document, holiday)  # the object of the user is an old one

    def test_a_seat_whose_role_the_person_left_is_nobodys(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        role = group_of(holiday.person, holiday.other)
        document = holiday.run(strategy, [by_role(role)])
        away()
        holiday.substitute.groups.add(role)
        role.user_set.remove(holiday.person)
        with pytest.raises(NotYourStep), unchanged():
            approve_in_place(document, holiday)

    @pytest.mark.parametrize(
        ("has_it", "refusal"), [("person", MissingPermission), ("substitute", NotYourStep), ("both", None)]
    )
    def test_both_need_the_permission(
        self, strategy: Any, has_it: str, refusal: Any, holiday: Holiday, away: Away, settings: Any
    ) -> None:
        document = holiday.run(strategy)
        away()
        rules = {"PERMISSIONS": {"REQUIRE_PERMISSION_TO_APPROVE": True}}
        settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, **rules}
        for name in ("person", "substitute") if has_it == "both" else (has_it,):
            getattr(holiday, name).user_permissions.add(Permission.objects.get(codename="approve_workflow"))
        if refusal is None:
            approve_in_place(document, holiday)
            return
        with pytest.raises(refusal), unchanged():
            approve_in_place(document, holiday)


@EVERY_STRATEGY
class TestScopes:
    def test_of_a_model(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy)
        away(model=Profile)
        with pytest.raises(NotYourStep), unchanged():
            approve_in_place(document, holiday)
        away(model=Document)
        approve_in_place(document, holiday)

    def test_of_a_template(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy)
        away(workflow_id=template_for(strategy, [[by_user(holiday.person)]]).pk)
        with pytest.raises(NotYourStep), unchanged():
            approve_in_place(document, holiday)
        away(workflow_id=attachment_of(document).workflow.cloned_from_id)
        approve_in_place(document, holiday)


@EVERY_STRATEGY
class TestChains:
    def test_of_three_substitutes_the_last_decides(self, strategy: Any, holiday: Holiday) -> None:
        people = [holiday.person, *UserFactory.create_batch(4)]
        for person, substitute in pairwise(people):
            holiday.stand_in(substitute, person)
        document = holiday.run(strategy, [by_role(group_of(holiday.person, holiday.other), "consensus")])
        with pytest.raises(NotYourStep), unchanged():
            approve_step(step_id=seat(document, holiday.person).pk, actor=people[4])
        approve_step(step_id=seat(document, holiday.person).pk, actor=people[3])
        assert history(document, "actor_id", "on_behalf_of_id")[-1] == (
            "approved",
            str(people[3].pk),
            str(holiday.person.pk),
        )

    def test_who_is_inactive_is_no_link(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy)
        away()
        holiday.stand_in(holiday.other, holiday.substitute)
        holiday.substitute.is_active = False
        holiday.substitute.save()
        with pytest.raises(NotYourStep), unchanged():
            approve_step(step_id=seat(document, holiday.person).pk, actor=holiday.other)

    def test_all_its_links_must_be_for_the_run(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy)
        away(model=Document)
        narrow = holiday.stand_in(holiday.other, holiday.substitute, model=Profile)
        with pytest.raises(NotYourStep), unchanged():
            approve_step(step_id=seat(document, holiday.person).pk, actor=holiday.other)
        end_substitution(id=narrow.pk, actor=holiday.substitute)
        holiday.stand_in(holiday.other, holiday.substitute)
        approve_step(step_id=seat(document, holiday.person).pk, actor=holiday.other)


@EVERY_STRATEGY
class TestCounting:
    def test_each_seat_counts_for_its_holder(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        """Who stands in for two of a consensus, and is the third, gives three approvals."""
        role = group_of(holiday.person, holiday.substitute, holiday.other)
        document = holiday.run(strategy, [by_role(role, "consensus")])
        away()
        holiday.stand_in(holiday.substitute, holiday.other)
        for holder, outcome in zip(
            (holiday.person, holiday.other, holiday.substitute),
            (StepOutcome.STEP_APPROVED, StepOutcome.STEP_APPROVED, StepOutcome.WORKFLOW_COMPLETED),
            strict=True,
        ):
            step = seat(document, holder)
            assert approve_step(step_id=step.pk, actor=holiday.substitute).outcome == outcome

    def test_a_substitute_alone_is_no_consensus(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy, [by_role(group_of(holiday.person, holiday.other), "consensus")])
        away()
        approve_in_place(document, holiday)
        assert asked(document) == [holiday.other]
        assert attachment_of(document).status == AttachmentStatus.IN_PROGRESS


class TestDutyRules:
    @EVERY_STRATEGY
    def test_the_requester_decides_in_nobodys_place(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = Document.objects.create(title="Chairs", created_by=holiday.substitute)
        template = template_for(strategy, [[by_user(holiday.person)]], duty_rules=[DutyRule.REQUESTER_NEVER_DECIDES])
        attach_workflow_to_object(document, template, user=UserFactory())
        away()
        with pytest.raises(DutyRuleBroken), unchanged():
            approve_in_place(document, holiday)

    @LEVELS
    @pytest.mark.parametrize("next_one", ["person", "substitute"])
    def test_neither_of_the_two_decides_at_another_position(
        self, strategy: Any, next_one: str, holiday: Holiday, away: Away
    ) -> None:
        role = group_of(getattr(holiday, next_one), holiday.other)
        document = holiday.run(
            strategy, [by_user(holiday.person)], [by_role(role)], duty_rules=[DutyRule.DISTINCT_APPROVERS]
        )
        away()
        approve_in_place(document, holiday)
        assert asked(document) == [holiday.other]

    @LEVELS
    def test_a_substitute_who_decided_already_is_barred(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(
            strategy,
            [by_user(holiday.substitute)],
            [by_user(holiday.person)],
            duty_rules=[DutyRule.DISTINCT_APPROVERS],
        )
        away()
        approve(document, holiday.substitute)
        with pytest.raises(DutyRuleBroken) as refused, unchanged():
            approve_in_place(document, holiday)
        assert refused.value.rule == DutyRule.DISTINCT_APPROVERS


@EVERY_STRATEGY
class TestOtherVerbs:
    def test_delegating_passes_on_the_persons_seat(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy)
        away()
        delegate_step(step_id=seat(document, holiday.person).pk, actor=holiday.substitute, user_id=holiday.other.pk)
        (step,) = open_steps(document)
        assert (step.assigned_to, step.delegation_chain[0]["from_name"]) == (holiday.other, "paula")
        assert history(document, "actor_name", "on_behalf_of_name")[-1] == ("delegated", "sam", "paula")

    def test_escalating_asks_the_persons_manager(
        self, strategy: Any, holiday: Holiday, away: Away, settings: Any
    ) -> None:
        settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
        for employee, manager in ((holiday.person, holiday.other), (holiday.substitute, UserFactory())):
            Profile.objects.create(user=employee, manager=manager)
        document = holiday.run(strategy)
        away()
        escalate_step(step_id=seat(document, holiday.person).pk, actor=holiday.substitute)
        assert asked(document) == [holiday.other]

    def test_claiming_keeps_the_person_waiting(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy, [by_role(group_of(holiday.person, holiday.other))])
        away()
        step = seat(document, holiday.person)
        claim_step(step_id=step.pk, actor=holiday.substitute)
        with pytest.raises(StepClaimed) as refused, unchanged():
            approve_step(step_id=step.pk, actor=holiday.person)
        assert refused.value.claimed_by == "sam"
        release_step(step_id=step.pk, actor=holiday.substitute)
        assert history(document, "actor_name", "on_behalf_of_name")[-1] == ("released", "sam", "paula")
        approve_step(step_id=step.pk, actor=holiday.person)

    def test_asking_for_changes_says_on_whose_behalf(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document = holiday.run(strategy)
        away()
        request_changes(step_id=seat(document, holiday.person).pk, actor=holiday.substitute, reason="Which chairs?")
        told = WorkflowEvent.objects.get(attachment=attachment_of(document), kind="changes_requested")
        assert (told.actor_name, told.on_behalf_of_name) == ("sam", "paula")
        assert told.details == {"substitute_for": str(holiday.person.pk)}

    def test_sending_again_takes_the_requesters_seat(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        document: Document = DocumentFactory(created_by=holiday.person)
        attach_workflow_to_object(document, template_for(strategy, [[by_user(holiday.other)]]), user=holiday.person)
        request_changes(step_id=seat(document, holiday.other).pk, actor=holiday.other, reason="Which chairs?")
        away()
        resubmit(attachment_id=attachment_of(document).pk, actor=holiday.substitute)
        assert ("resubmitted", "sam", "paula") in history(document, "actor_name", "on_behalf_of_name")
        assert asked(document) == [holiday.other]
        assert f"user:{holiday.substitute.pk}" in participants(document)

    def test_sending_again_asks_for_no_permission(
        self, strategy: Any, holiday: Holiday, away: Away, settings: Any
    ) -> None:
        document: Document = DocumentFactory(created_by=holiday.person)
        attach_workflow_to_object(document, template_for(strategy, [[by_user(holiday.other)]]), user=holiday.person)
        request_changes(step_id=seat(document, holiday.other).pk, actor=holiday.other, reason="Which chairs?")
        away()
        rules = {"PERMISSIONS": {"REQUIRE_PERMISSION_TO_APPROVE": True}}
        settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, **rules}
        holiday.other.user_permissions.add(Permission.objects.get(codename="approve_workflow"))
        resubmit(attachment_id=attachment_of(document).pk, actor=holiday.substitute)
        assert asked(document) == [holiday.other]

    def test_whoever_is_asked_and_who_stands_in_are_told(self, strategy: Any, holiday: Holiday, away: Away) -> None:
        for user in (holiday.person, holiday.substitute, holiday.other):
            user.email = f"{user.username}@example.com"
            user.save()
        document = holiday.run(strategy)
        away()
        holiday.stand_in(holiday.other, holiday.substitute, model=Profile)  # not for this run
        told = resolve_recipients(["current_approvers"], attachment_of(document))
        assert told == {"paula@example.com", "sam@example.com"}


@EVERY_STRATEGY
def test_a_seat_that_was_decided_is_told_to_the_substitute(strategy: Any, holiday: Holiday, away: Away) -> None:
    document = holiday.run(strategy, [by_role(group_of(holiday.person, holiday.other), "consensus")])
    away()
    approve_in_place(document, holiday)
    (step, _other) = steps_of(document)
    with pytest.raises(StepAlreadyDecided, match="by sam"), unchanged():
        approve_step(step_id=step.pk, actor=holiday.substitute)


def test_without_substitutions_a_refusal_costs_one_statement_more(
    holiday: Holiday, django_assert_num_queries: Any
) -> None:
    document = holiday.run(STRATEGIES[0])
    attachment = attachment_of(document)
    with django_assert_num_queries(1):
        assert persons_for(holiday.substitute.pk, attachment) == set()


def test_a_rejection_that_asks_for_changes_says_twice_on_whose_behalf(holiday: Holiday, away: Away) -> None:
    document = holiday.run(3, on_reject="requester")
    away()
    reject_step(step_id=seat(document, holiday.person).pk, actor=holiday.substitute, reason="Which chairs?")
    told = [("rejected", "sam", "paula"), ("changes_requested", "sam", "paula")]
    assert history(document, "actor_name", "on_behalf_of_name")[-2:] == told
