"""Claiming an approval that anyone of several may give: one takes it for a while, and the others wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from approval_workflow.services import advance_flow
from django.contrib.auth.models import User
from django.db.models import Model
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from django_workflow_engine.errors import Conflict, InvalidInput, NotYourStep, StepAlreadyDecided, StepClaimed
from django_workflow_engine.models import RunParticipation
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    claim_step,
    delegate_step,
    escalate_step,
    reject_step,
    release_step,
    request_changes,
    request_resubmission,
)
from tests.clock import at
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, seat
from tests.snapshot import unchanged
from tests.testapp.models import Profile

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]


@pytest.fixture(autouse=True)
def managers(settings: Any) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"


@pytest.fixture
def pair() -> list[User]:
    return UserFactory.create_batch(2)


@pytest.fixture
def document(strategy: int, pair: list[User]) -> Model:
    """An object whose approval one of the two may give."""
    made = DocumentFactory()
    attach_workflow_to_object(made, template_for(strategy, [[by_role(group_of(*pair))]]), UserFactory())
    return made


def claim(document: Model, user: User) -> Any:
    return claim_step(step_id=seat(document, user).pk, actor=user)


DECISIONS: list[Callable[[Model, User], Any]] = [
    approve,
    lambda document, user: reject_step(step_id=seat(document, user).pk, actor=user, reason="No"),
    lambda document, user: request_changes(step_id=seat(document, user).pk, actor=user, reason="No"),
    lambda document, user: request_resubmission(step_id=seat(document, user).pk, actor=user, reason="No"),
    lambda document, user: delegate_step(step_id=seat(document, user).pk, actor=user, user_id=UserFactory.build().pk),
    lambda document, user: escalate_step(step_id=seat(document, user).pk, actor=user),
    lambda document, user: advance_flow(document, "approved", user),
    claim,
]


@pytest.mark.parametrize("decide", DECISIONS)
def test_the_others_wait_and_are_told_for_whom(document: Model, pair: list[User], decide: Any) -> None:
    ann, ben = pair
    decision = claim(document, ann)
    assert (decision.outcome, decision.step.assigned_to) == ("claimed", ann)
    assert history(document, "actor_name")[-1] == ("claimed", ann.username)
    with unchanged(), pytest.raises(StepClaimed) as refused:
        decide(document, ben)
    assert (refused.value.code, refused.value.path) == ("STEP_CLAIMED", ("step_id",))
    assert refused.value.claimed_by == ann.username
    assert timedelta(minutes=59) < refused.value.claimed_until - timezone.now() <= timedelta(hours=1)
    assert asked(document) == [ann, ben]


@pytest.mark.parametrize("decide", [DECISIONS[0], DECISIONS[1], DECISIONS[6]])
def test_who_claimed_it_decides(document: Model, pair: list[User], decide: Any) -> None:
    claim(document, pair[0])
    decide(document, pair[0])
    assert attachment_of(document).status in ("completed", "rejected")


def test_a_released_approval_is_anyone_s_again(document: Model, pair: list[User]) -> None:
    ann, ben = pair
    claim(document, ann)
    released = release_step(step_id=seat(document, ann).pk, actor=ann)
    assert (released.outcome, history(document)[-1]) == ("released", "released")
    claim(document, ben)
    with unchanged(), pytest.raises(StepClaimed):
        approve(document, ann)
    approve(document, ben)
    assert attachment_of(document).status == "completed"


def test_what_a_request_has_for_its_user_claims_and_decides(document: Model, pair: list[User]) -> None:
    ann, ben = (SimpleLazyObject(partial(User.objects.get, pk=user.pk)) for user in pair)
    step, beside = seat(document, pair[0]), seat(document, pair[1])
    claim_step(step_id=step.pk, actor=ann)
    with unchanged(), pytest.raises(StepClaimed):
        approve_step(step_id=beside.pk, actor=ben)
    release_step(step_id=step.pk, actor=ann)
    claim_step(step_id=beside.pk, actor=ben)
    assert approve_step(step_id=beside.pk, actor=ben).outcome == "workflow_completed"


def test_a_claim_ends_after_a_while(document: Model, pair: list[User], settings: Any) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "CLAIM_SECONDS": 60}
    ann, ben = pair
    now = datetime.fromisoformat("2030-01-01T12:00:00+00:00")
    with at(now):
        claim(document, ann)
    with at(now + timedelta(seconds=59)), pytest.raises(StepClaimed):
        claim(document, ben)
    with at(now + timedelta(seconds=60)):
        with unchanged(), pytest.raises(Conflict):
            release_step(step_id=seat(document, ann).pk, actor=ann)
        claim(document, ben)
        with pytest.raises(StepClaimed):
            approve(document, ann)


def test_claiming_again_begins_the_time_anew(document: Model, pair: list[User]) -> None:
    now = datetime.fromisoformat("2030-01-01T12:00:00+00:00")
    for minutes in (0, 50, 100):
        with at(now + timedelta(minutes=minutes)):
            claim(document, pair[0])
    with at(now + timedelta(minutes=159)), pytest.raises(StepClaimed):
        approve(document, pair[1])


def test_only_who_claimed_it_releases_it(document: Model, pair: list[User]) -> None:
    ann, ben = pair
    with unchanged(), pytest.raises(Conflict):
        release_step(step_id=seat(document, ann).pk, actor=ann)
    claim(document, ann)
    with unchanged(), pytest.raises(Conflict):
        release_step(step_id=seat(document, ben).pk, actor=ben)
    with unchanged(), pytest.raises(NotYourStep):
        release_step(step_id=seat(document, ann).pk, actor=ben)
    step = seat(document, ann)
    approve(document, ann)
    with unchanged(), pytest.raises(StepAlreadyDecided):
        release_step(step_id=step.pk, actor=ann)


@pytest.mark.parametrize("verb", ["delegated", "escalated", "by the package"])
def test_a_claim_is_not_passed_on(document: Model, pair: list[User], verb: str) -> None:
    ann, ben = pair
    cem = UserFactory()
    Profile.objects.create(user=ann, manager=cem)
    claim(document, ann)
    if verb == "delegated":
        delegate_step(step_id=seat(document, ann).pk, actor=ann, user_id=cem.pk)
    elif verb == "escalated":
        escalate_step(step_id=seat(document, ann).pk, actor=ann)
    else:
        advance_flow(document, "delegated", ann, delegate_to=cem)
    assert asked(document) == [ben, cem]
    claim(document, ben)  # nobody's claim is left on the seat beside it
    release_step(step_id=seat(document, ben).pk, actor=ben)
    claim(document, cem)
    with unchanged(), pytest.raises(StepClaimed):
        approve(document, ben)


@pytest.mark.parametrize("sharing", ["consensus", "majority", "round_robin"])
def test_an_approval_that_is_not_anyone_s_is_not_claimed(strategy: int, pair: list[User], sharing: str) -> None:
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_role(group_of(*pair), sharing)]]), UserFactory())
    with unchanged(), pytest.raises(InvalidInput) as refused:
        claim(document, pair[0])
    assert refused.value.path == ("step_id",)


def test_nor_is_one_that_asks_one_person(strategy: int, pair: list[User]) -> None:
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_user(pair[0])]]), UserFactory())
    with unchanged(), pytest.raises(InvalidInput):
        claim(document, pair[0])


def test_approvals_that_are_asked_at_once_are_claimed_each_for_itself(strategy: int) -> None:
    ann, ben, cem = UserFactory.create_batch(3)
    approvals = [by_role(group_of(ann, ben)), by_role(group_of(cem))]
    template: Any = template_for(strategy, [approvals])
    holder, column = {
        1: (lambda: template.pipelines.get().stages.get(), "stage_info"),
        2: (lambda: template.pipelines.get(), "pipeline_info"),
        3: (lambda: template, "workflow_info"),
    }[strategy]
    node = holder()
    setattr(node, column, getattr(node, column) | {"approval_mode": "parallel"})
    node.save()
    document = DocumentFactory()
    attach_workflow_to_object(document, template, UserFactory())
    claim(document, ann)
    approve(document, cem)
    with unchanged(), pytest.raises(StepClaimed):
        approve(document, ben)


def test_nobody_claims_what_they_may_not_decide(document: Model, pair: list[User]) -> None:
    stranger = UserFactory()
    with unchanged(), pytest.raises(NotYourStep):
        claim_step(step_id=seat(document, pair[0]).pk, actor=stranger)
    assert not RunParticipation.objects.filter(principal=f"user:{stranger.pk}").exists()
