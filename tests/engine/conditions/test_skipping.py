"""A run asks what its object needs: what a condition speaks against is passed over, and said to be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.choices import ErrorCode, WorkflowStrategy
from django_workflow_engine.errors import NoApprover
from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.services import (
    attach_workflow_to_object,
    attach_workflow_to_objects,
    create_workflow,
    preview_approvers,
    request_resubmission,
)
from tests.engine.conditions.routes import compare, route, when
from tests.factories import STRATEGIES, UserFactory, by_role, by_user, group_of
from tests.runs import approve, asked, attachment_of, history, place, progress, seat
from tests.snapshot import unchanged
from tests.testapp.models import Claim, Document, Team

pytestmark = pytest.mark.django_db
S1, S2, S3 = STRATEGIES
DEAR = compare("amount", "greater", 1000)
URGENT = compare("urgent", "equal", True)


@pytest.fixture
def people() -> list[User]:
    return UserFactory.create_batch(3)


def three(strategy: WorkflowStrategy, people: list[User], *conditions: Any, **fields: Any) -> Any:
    """A template that asks three people, each by a condition, or always."""
    positions = [(condition, [by_user(user)]) for condition, user in zip(conditions, people, strict=True)]
    return create_workflow(spec=route(strategy, positions, **fields))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_whom_the_object_needs_is_asked(strategy: WorkflowStrategy, people: list[User]) -> None:
    template = three(strategy, people, None, DEAR, URGENT)
    for amount, urgent, route_taken in [
        (5, False, [0]),
        (1001, False, [0, 1]),
        (5, True, [0, 2]),
        (1001, True, [0, 1, 2]),
    ]:
        claim = Claim.objects.create(amount=amount, urgent=urgent)
        attach_workflow_to_object(claim, template)
        for index in route_taken:
            assert asked(claim) == [people[index]]
            approve(claim, people[index])
        assert attachment_of(claim).status == "completed"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_is_not_known_is_asked(strategy: WorkflowStrategy, people: list[User]) -> None:
    template = three(strategy, people, {"not": DEAR}, DEAR, None)
    claim = Claim.objects.create(amount=None)
    attach_workflow_to_object(claim, template)
    for user in people:
        assert asked(claim) == [user]
        approve(claim, user)


def test_a_skipped_position_is_an_event_with_the_values_seen(people: list[User]) -> None:
    claim = Claim.objects.create(amount=Decimal("99.50"), urgent=True)
    attach_workflow_to_object(claim, three(S1, people, DEAR, None, {"all": [DEAR, URGENT]}))
    approve(claim, people[1])
    assert history(claim, "from_stage", "to_stage", "to_pipeline") == [
        ("attached", "", "", ""),
        ("started", "", "Stage 2", "Pipeline 1"),
        ("position_skipped", "", "Stage 1", "Pipeline 1"),
        ("approved", "Stage 2", "", ""),
        ("position_skipped", "Stage 2", "Stage 3", "Pipeline 2"),
        ("completed", "Stage 2", "", ""),
    ]
    skipped = WorkflowEvent.objects.filter(kind="position_skipped").order_by("pk")
    dear = {"compare": {"field": "amount", "operator": "GREATER", "value": 1000}}
    urgent = {"compare": {"field": "urgent", "operator": "EQUAL", "value": True}}
    assert [event.details for event in skipped] == [
        {"condition": dear, "values": {"amount": "99.50"}},
        {"condition": {"all": [dear, urgent]}, "values": {"amount": "99.50", "urgent": True}},
    ]


def test_a_skipped_approval_is_an_event_of_its_position(people: list[User]) -> None:
    first, second, third = people
    approvals = [*when(DEAR, by_user(first)), by_user(second), *when(URGENT, by_user(third))]
    template = create_workflow(spec=route(S2, [(None, approvals)]))
    claim = Claim.objects.create(amount=1, urgent=False)
    attach_workflow_to_object(claim, template)
    assert asked(claim) == [second]
    assert approve(claim, second).outcome == "workflow_completed"
    assert history(claim, "to_stage", "details__approval") == [
        ("attached", "", None),
        ("started", "Pipeline 1", None),
        ("approval_skipped", "Pipeline 1", 0),
        ("approved", "", None),
        ("approval_skipped", "Pipeline 1", 2),
        ("completed", "", None),
    ]


def test_a_position_of_which_no_approval_is_asked_is_skipped(people: list[User]) -> None:
    first, second, third = people
    positions = [(None, [by_user(first)]), (None, when(DEAR, by_user(second))), (None, [by_user(third)])]
    claim = Claim.objects.create(amount=1)
    attach_workflow_to_object(claim, create_workflow(spec=route(S1, positions)))
    approve(claim, first)
    assert place(claim) == ("Pipeline 2", "Stage 3")
    (event,) = WorkflowEvent.objects.filter(kind="position_skipped")
    (told,) = event.details["approvals"]
    assert told["values"] == {"amount": "1.00"}


def test_a_pipeline_s_condition_skips_all_its_stages(people: list[User]) -> None:
    spec = route(S1, [(None, [by_user(user)]) for user in people])
    spec.pipelines[0].__dict__["condition"] = DEAR
    claim = Claim.objects.create(amount=1)
    attach_workflow_to_object(claim, create_workflow(spec=spec))
    assert (place(claim), asked(claim)) == (("Pipeline 2", "Stage 3"), [people[2]])
    assert history(claim) == ["attached", "started", "position_skipped", "position_skipped"]


def test_the_object_is_judged_when_the_position_would_be_entered(people: list[User]) -> None:
    claim = Claim.objects.create(amount=1)
    attach_workflow_to_object(claim, three(S1, people, None, DEAR, None))
    Claim.objects.filter(pk=claim.pk).update(amount=5000)
    approve(claim, people[0])
    assert asked(claim) == [people[1]]


def test_metadata_and_forms_of_the_run_may_decide(people: list[User]) -> None:
    flag = compare("metadata.vip", "equal", True)
    template = three(S1, people, None, flag, compare("metadata.cost centre", "starts_with", "IT"))
    claim = Claim.objects.create()
    attach_workflow_to_object(claim, template, metadata={"vip": False, "cost centre": "IT-7"})
    approve(claim, people[0])
    assert asked(claim) == [people[2]]
    other = Claim.objects.create()
    attach_workflow_to_object(other, template, metadata={"vip": "no"})  # a text is neither true nor false
    approve(other, people[0])
    assert asked(other) == [people[1]]


def test_of_a_long_value_an_event_keeps_the_beginning(people: list[User]) -> None:
    claim = Claim.objects.create(note="long " * 1_000)
    either = {"any": [compare("note", "equal", "short"), compare("metadata.list", "is_empty")]}
    attach_workflow_to_object(claim, three(S1, people, either, None, None), metadata={"list": [{"a": "b" * 1_000}]})
    values = WorkflowEvent.objects.get(kind="position_skipped").details["values"]
    assert values == {"note": ("long " * 100), "metadata.list": '[{"a": "' + "b" * 492}


def test_what_stands_behind_a_foreign_key_may_decide_where_the_settings_say_so(people: list[User]) -> None:
    template = three(S1, people, compare("team.name", "equal", "IT"), compare("created_by.username", "is_empty"), None)
    claim = Claim.objects.create(team=Team.objects.create(name="it"))  # letters count
    attach_workflow_to_object(claim, template)
    assert asked(claim) == [people[1]]
    own = Claim.objects.create(team=Team.objects.create(name="IT"))
    attach_workflow_to_object(own, template)
    assert asked(own) == [people[0]]
    nobody = Claim.objects.create(team=None, created_by=people[0])
    attach_workflow_to_object(nobody, template)  # no team: not known, so it is asked
    assert asked(nobody) == [people[0]]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_where_everything_would_be_skipped_nobody_is_passed_by(strategy: WorkflowStrategy, people: list[User]) -> None:
    claim = Claim.objects.create(amount=1)
    template = three(strategy, people, DEAR, DEAR, DEAR)
    with unchanged(), pytest.raises(NoApprover) as refused:
        attach_workflow_to_object(claim, template)
    assert (refused.value.code, refused.value.path) == (ErrorCode.NO_APPROVER, ("workflow_id",))
    assert "Purchase approval" in refused.value.message


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_unless_the_template_says_so_then_the_run_completes_at_once(
    strategy: WorkflowStrategy, people: list[User]
) -> None:
    claim = Claim.objects.create(amount=1)
    template = three(strategy, people, DEAR, DEAR, DEAR, completes_unasked=True)
    attachment = attach_workflow_to_object(claim, template)
    assert (attachment.status, attachment.progress().percentage, asked(claim)) == ("completed", 100, [])
    assert (attachment.current_stage_id, attachment.current_pipeline_id) == (None, None)
    kinds = history(claim)
    assert kinds[:2] == ["attached", "started"]
    assert kinds[-1] == "completed"
    assert set(kinds[2:-1]) == {"position_skipped"}


def test_the_last_positions_may_be_skipped_once_somebody_has_approved(people: list[User]) -> None:
    claim = Claim.objects.create(amount=1, urgent=True)
    attach_workflow_to_object(claim, three(S1, people, URGENT, DEAR, DEAR))
    assert approve(claim, people[0]).outcome == "workflow_completed"


def test_progress_counts_what_is_left_and_never_goes_back(people: list[User]) -> None:
    four = [*people, UserFactory()]
    positions = [(condition, [by_user(user)]) for condition, user in zip([DEAR, None, DEAR, None], four, strict=True)]
    claim = Claim.objects.create(amount=1)
    attach_workflow_to_object(claim, create_workflow(spec=route(S1, positions)))
    assert progress(claim) == (0, 1, 3, "Stage 3")
    approve(claim, four[1])
    assert progress(claim) == (50, 2, 2, None)
    approve(claim, four[3])
    assert progress(claim) == (100, 2, 2, None)


def test_a_run_that_is_sent_back_judges_anew(people: list[User]) -> None:
    claim = Claim.objects.create(amount=1)
    template = three(S1, people, None, DEAR, None)
    attach_workflow_to_object(claim, template)
    approve(claim, people[0])
    assert (asked(claim), attachment_of(claim).skipped_positions != []) == ([people[2]], True)
    Claim.objects.filter(pk=claim.pk).update(amount=5000)
    stage = template.pipelines.get(order=0).stages.get(order=0)
    decision = request_resubmission(
        step_id=seat(claim, people[2]).pk, actor=people[2], reason="Why?", stage_id=stage.pk
    )
    assert (decision.outcome, asked(claim)) == ("resubmission_requested", [people[0]])
    assert (attachment_of(claim).skipped_positions, progress(claim)) == ([], (0, 1, 3, "Stage 2"))
    approve(claim, people[0])
    assert asked(claim) == [people[1]]


def test_nobody_needs_to_be_there_for_what_is_skipped(people: list[User]) -> None:
    nobody = group_of()
    positions = [(None, [by_user(people[0])]), (DEAR, [by_role(nobody)])]
    template = create_workflow(spec=route(S2, positions))
    cheap, dear = Claim.objects.create(amount=1), Claim.objects.create(amount=1001)
    for claim in (cheap, dear):
        attach_workflow_to_object(claim, template)
    assert approve(cheap, people[0]).outcome == "workflow_completed"
    with unchanged(), pytest.raises(NoApprover):
        approve(dear, people[0])


def test_many_objects_each_take_their_own_way(people: list[User], django_assert_max_num_queries: Any) -> None:
    template = three(S1, people, DEAR, compare("team.name", "equal", "IT"), None)
    it, hr = Team.objects.create(name="IT"), Team.objects.create(name="HR")
    claims = [
        Claim.objects.create(amount=amount, team=team)
        for amount in (1, 2000)
        for team in (it, hr)
        for _again in range(5)
    ]
    attach_workflow_to_object(Claim.objects.create(amount=1), template)  # the version is frozen
    with django_assert_max_num_queries(30):
        answers = attach_workflow_to_objects(claims, template)
    assert [answer.error for answer in answers] == [None] * 20
    first = [asked(claim)[0] for claim in claims]
    assert first == [people[1]] * 5 + [people[2]] * 5 + [people[0]] * 10


def test_the_preview_tells_what_would_be_skipped_and_why(people: list[User]) -> None:
    template = three(S1, people, DEAR, None, URGENT)
    claim = Claim.objects.create(amount=Decimal("99.50"))
    planned = preview_approvers(claim, template)
    assert [(one.is_skipped, list(one.user_ids)) for one in planned] == [
        (True, []),
        (False, [people[1].pk]),
        (False, [people[2].pk]),
    ]
    assert [" ".join(judgement.because() for judgement in one.judgements) for one in planned] == [
        "“amount is more than 1000” does not hold. amount: 99.50.",
        "",
        "Whether “urgent is yes” holds is not known, so it is asked. urgent: nothing.",
    ]


def test_a_frozen_version_keeps_its_conditions(people: list[User]) -> None:
    template = three(S1, people, None, DEAR, None)
    claim = Claim.objects.create(amount=1)
    version = attach_workflow_to_object(claim, template).workflow
    frozen = [stage.condition for stage in version.tree().stages]
    assert frozen == [stage.condition for stage in template.tree().stages]
    assert [condition is None for condition in frozen] == [True, False, True]


def test_a_model_without_the_field_asks(people: list[User]) -> None:
    document = Document.objects.create(title="A")
    attach_workflow_to_object(document, three(S1, people, DEAR, None, None))
    assert asked(document) == [people[0]]
