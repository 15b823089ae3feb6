"""Duty rules of a template: who must not decide, by whatever way a seat or a decision would come to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from approval_workflow.services import advance_flow
from django.contrib.auth.models import User

from django_workflow_engine.choices import DutyRule
from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.errors import DutyRuleBroken, Forbidden, InvalidDefinition, NoApprover
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.content import content_of
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    clone_workflow,
    delegate_step,
    escalate_step,
    preview_approvers,
    reject_step,
    request_changes,
    request_resubmission,
    resubmit,
    update_workflow,
)
from tests.factories import STRATEGIES, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, open_steps, seat
from tests.snapshot import unchanged
from tests.testapp.models import Document, Profile

pytestmark = pytest.mark.django_db
EVERY_STRATEGY = pytest.mark.parametrize("strategy", STRATEGIES)
LEVELS = pytest.mark.parametrize("strategy", STRATEGIES[:2])  # those with several positions


@pytest.fixture(autouse=True)
def managers(settings: Any) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"


REQUESTER, DISTINCT = DutyRule.REQUESTER_NEVER_DECIDES, DutyRule.DISTINCT_APPROVERS


def document(user: User) -> Document:
    return Document.objects.create(title="A million", created_by=user)


def run(strategy: int, positions: Sequence[Any], *rules: DutyRule, own: User | None = None, **fields: Any) -> Document:
    """A document of `own`, or of somebody else, on a template with these rules."""
    obj = document(own or UserFactory())
    template = template_for(strategy, positions, duty_rules=rules, **fields)
    attach_workflow_to_object(obj, template, user=UserFactory())
    return obj


class TestTheRequesterNeverDecides:
    @EVERY_STRATEGY
    def test_nobody_is_asked_about_their_own_object(self, strategy: int) -> None:
        own, other = UserFactory.create_batch(2)
        assert asked(run(strategy, [[by_role(group_of(own, other))]], REQUESTER, own=own)) == [other]
        assert set(asked(run(strategy, [[by_role(group_of(own, other))]], own=own))) == {own, other}

    @EVERY_STRATEGY
    def test_a_position_that_asks_nobody_else_is_not_entered(self, strategy: int) -> None:
        own, starter = UserFactory.create_batch(2)
        obj, template = document(own), template_for(strategy, [[by_user(own)]], duty_rules=[REQUESTER])
        reason = "whoever it asks has created or started this."
        with unchanged(), pytest.raises(NoApprover, match=reason):
            attach_workflow_to_object(obj, template, user=starter)
        (planned,) = preview_approvers(obj, template, actor=starter)
        assert (planned.problem or "").endswith(reason)

    @EVERY_STRATEGY
    def test_whose_the_object_has_become_decides_nothing(self, strategy: int) -> None:
        boss = UserFactory()
        obj = run(strategy, [[by_user(boss)]], REQUESTER)
        Document.objects.filter(pk=obj.pk).update(created_by=boss)
        for refused in (
            lambda: approve(obj, boss),
            lambda: reject_step(step_id=seat(obj, boss).pk, actor=boss, reason="No"),
            lambda: delegate_step(step_id=seat(obj, boss).pk, actor=boss, user_id=UserFactory().pk),
            lambda: advance_flow(obj, "approved", boss),
        ):
            UserFactory()
            with pytest.raises(DutyRuleBroken) as error:
                refused()
            assert (error.value.code, error.value.rule) == ("DUTY_RULE", REQUESTER)
        assert (asked(obj), history(obj)) == ([boss], ["attached", "started"])

    @EVERY_STRATEGY
    def test_a_seat_is_not_passed_to_the_requester(self, strategy: int) -> None:
        own, boss = UserFactory.create_batch(2)
        Profile.objects.create(user=boss, manager=own)
        obj = run(strategy, [[by_user(boss)]], REQUESTER, own=own)
        with unchanged(), pytest.raises(DutyRuleBroken) as passed:
            delegate_step(step_id=seat(obj, boss).pk, actor=boss, user_id=own.pk)
        assert passed.value.path == ("user_id",)
        with unchanged(), pytest.raises(DutyRuleBroken):
            escalate_step(step_id=seat(obj, boss).pk, actor=boss)

    @EVERY_STRATEGY
    def test_an_approval_that_asks_the_requester_is_free_of_it(self, strategy: int) -> None:
        own = UserFactory()
        obj = run(strategy, [[by_self()]], REQUESTER, own=own)
        approve(obj, own)
        assert attachment_of(obj).status == "completed"

    @EVERY_STRATEGY
    def test_the_setting_is_told_as_before(self, strategy: int, settings: Any) -> None:
        boss = UserFactory()
        obj = run(strategy, [[by_user(boss)]], REQUESTER)
        Document.objects.filter(pk=obj.pk).update(created_by=boss)
        settings.DJANGO_WORKFLOW_ENGINE = {"FORBID_SELF_APPROVAL": True}
        with pytest.raises(Forbidden) as error:
            approve(obj, boss)
        assert error.value.code == "FORBIDDEN"


class TestDistinctApprovers:
    @LEVELS
    def test_who_decided_at_one_position_is_not_asked_at_another(self, strategy: int) -> None:
        ann, ben, cem = UserFactory.create_batch(3)
        board = group_of(ann, ben, cem)
        obj = run(strategy, [[by_role(board)], [by_role(board)], [by_role(board)]], DISTINCT)
        approve(obj, ben)
        assert asked(obj) == [ann, cem]
        approve(obj, ann)
        assert asked(obj) == [cem]
        approve(obj, cem)
        assert attachment_of(obj).status == "completed"

    @EVERY_STRATEGY
    def test_the_approvals_of_one_position_may_be_one_person_s(self, strategy: int) -> None:
        ann = UserFactory()
        obj = run(strategy, [[by_user(ann), by_user(ann)]], DISTINCT)
        approve(obj, ann)
        approve(obj, ann)
        assert attachment_of(obj).status == "completed"

    @LEVELS
    def test_a_decision_that_would_leave_nobody_is_refused(self, strategy: int) -> None:
        ann, ben = UserFactory.create_batch(2)
        obj = run(strategy, [[by_role(group_of(ann, ben))], [by_user(ann)]], DISTINCT)
        reason = "whoever it asks has decided at another position of this run."
        with unchanged(), pytest.raises(NoApprover, match=reason):
            approve(obj, ann)
        with unchanged(), pytest.raises(NoApprover, match=reason):
            advance_flow(obj, "approved", ann)
        approve(obj, ben)
        assert asked(obj) == [ann]

    @LEVELS
    def test_a_preview_tells_who_will_have_decided(self, strategy: int) -> None:
        ann, ben = UserFactory.create_batch(2)
        board, pair = by_role(group_of(ann, ben)), by_role(group_of(ann, ben), "consensus")
        positions = [[by_user(ann)], [board], [pair], [by_user(ben)]]
        template = template_for(strategy, positions, duty_rules=[DISTINCT])
        plans = preview_approvers(document(UserFactory()), template, actor=UserFactory())
        assert [list(plan.user_ids) for plan in plans] == [[ann.pk], [ben.pk], [], []]
        assert [plan.problem is None for plan in plans] == [True, True, False, False]

    @LEVELS
    def test_a_seat_is_not_passed_to_who_decided_before(self, strategy: int) -> None:
        ann, ben, cem = UserFactory.create_batch(3)
        Profile.objects.create(user=ben, manager=ann)
        obj = run(strategy, [[by_user(ann)], [by_user(ben)]], DISTINCT)
        approve(obj, ann)
        with unchanged(), pytest.raises(DutyRuleBroken) as passed:
            delegate_step(step_id=seat(obj, ben).pk, actor=ben, user_id=ann.pk)
        assert (passed.value.rule, passed.value.path) == (DISTINCT, ("user_id",))
        with unchanged(), pytest.raises(DutyRuleBroken):
            escalate_step(step_id=seat(obj, ben).pk, actor=ben)
        delegate_step(step_id=seat(obj, ben).pk, actor=ben, user_id=cem.pk)
        approve(obj, cem)
        assert attachment_of(obj).status == "completed"

    @LEVELS
    def test_who_passed_a_seat_on_has_not_decided(self, strategy: int) -> None:
        ann, ben = UserFactory.create_batch(2)
        obj = run(strategy, [[by_user(ann)], [by_user(ann)]], DISTINCT)
        delegate_step(step_id=seat(obj, ann).pk, actor=ann, user_id=ben.pk)
        approve(obj, ben)
        assert asked(obj) == [ann]

    @LEVELS
    def test_what_the_package_passed_on_is_not_decided(self, strategy: int) -> None:
        ann, ben = UserFactory.create_batch(2)
        obj = run(strategy, [[by_user(ann)], [by_user(ben)]], DISTINCT)
        advance_flow(obj, "approved", ann)
        advance_flow(obj, "delegated", ben, delegate_to=ann)
        with unchanged(), pytest.raises(DutyRuleBroken):
            advance_flow(obj, "approved", ann)
        with unchanged(), pytest.raises(DutyRuleBroken):
            approve(obj, ann)

    @LEVELS
    def test_who_sent_the_run_back_decides_there_again_but_not_before(self, strategy: int) -> None:
        ann, ben = UserFactory.create_batch(2)
        both = by_role(group_of(ann, ben))
        obj = run(strategy, [[both], [both]], DISTINCT)
        approve(obj, ann)
        assert asked(obj) == [ben]
        first = {"pipeline_id" if strategy == 2 else "stage_id": _first_node(obj, strategy)}
        request_resubmission(step_id=seat(obj, ben).pk, actor=ben, reason="Again", **first)
        assert asked(obj) == [ann]
        approve(obj, ann)
        assert asked(obj) == [ben]
        approve(obj, ben)
        assert attachment_of(obj).status == "completed"

    @LEVELS
    def test_a_new_run_knows_nothing_of_the_one_before(self, strategy: int) -> None:
        ann, ben = UserFactory.create_batch(2)
        both = by_role(group_of(ann, ben))
        obj = run(strategy, [[both], [both]], DISTINCT)
        approve(obj, ann)
        reject_step(step_id=seat(obj, ben).pk, actor=ben, reason="No")
        attach_workflow_to_object(obj, attachment_of(obj).workflow.cloned_from, user=UserFactory())
        assert asked(obj) == [ann, ben]

    @LEVELS
    def test_sending_a_run_again_is_no_decision(self, strategy: int) -> None:
        own, boss = UserFactory.create_batch(2)
        obj = run(strategy, [[by_user(boss)], [by_user(own)]], DISTINCT, own=own)
        request_changes(step_id=seat(obj, boss).pk, actor=boss, reason="Add an offer")
        resubmit(attachment_id=attachment_of(obj).pk, actor=own)
        approve(obj, boss)
        assert asked(obj) == [own]
        approve(obj, own)
        assert attachment_of(obj).status == "completed"

    @LEVELS
    def test_two_rules_hold_together(self, strategy: int) -> None:
        ann, ben, own = UserFactory.create_batch(3)
        board = by_role(group_of(ann, ben, own))
        obj = run(strategy, [[board], [board]], REQUESTER, DISTINCT, own=own)
        assert asked(obj) == [ann, ben]
        approve(obj, ann)
        assert asked(obj) == [ben]


def _first_node(obj: Document, strategy: int) -> int:
    pipeline = attachment_of(obj).workflow.pipelines.order_by("order")[0]
    return pipeline.pk if strategy == 2 else pipeline.stages.order_by("order")[0].pk


class TestHowTheyAreKept:
    def test_they_are_content_of_the_template(self) -> None:
        template = template_for(3, [[by_user(UserFactory())]], duty_rules=["DISTINCT_APPROVERS", REQUESTER])
        template.refresh_from_db()
        assert template.workflow_info["duty_rules"] == ["requester_never_decides", "distinct_approvers"]
        assert content_of(template).duty_rules == (REQUESTER, DISTINCT)
        assert content_of(clone_workflow(id=template.pk)).duty_rules == (REQUESTER, DISTINCT)

    def test_a_run_keeps_those_that_it_started_with(self) -> None:
        own, boss = UserFactory.create_batch(2)
        template = template_for(3, [[by_role(group_of(own, boss))]])
        before, after = document(own), document(own)
        attach_workflow_to_object(before, template, user=boss)
        update_workflow(id=template.pk, changes=WorkflowChanges(duty_rules=[REQUESTER]))
        assert len(open_steps(before)) == 2
        approve_step(step_id=seat(before, own).pk, actor=own)
        attach_workflow_to_object(after, template, user=UserFactory())
        assert asked(after) == [boss]
        update_workflow(id=template.pk, changes=WorkflowChanges(duty_rules=None))
        assert "duty_rules" not in WorkFlow.objects.get(pk=template.pk).workflow_info

    @pytest.mark.parametrize(
        ("wrong", "path"),
        [
            ("distinct_approvers", ("duty_rules",)),
            (["distinct_approvers", "nobody"], ("duty_rules", "1")),
            ([[]], ("duty_rules", "0")),
            ([True], ("duty_rules", "0")),
            ({"distinct_approvers": True}, ("duty_rules",)),
            (["distinct_approvers"] * 5, ("duty_rules",)),
        ],
    )
    def test_what_is_no_list_of_rules_is_refused_with_its_place(self, wrong: Any, path: Any) -> None:
        with unchanged(), pytest.raises(InvalidDefinition) as refused:
            template_for(3, [[by_user(UserFactory.build(pk=1))]], duty_rules=wrong)
        assert path in [fault.path for fault in refused.value.faults]
