"""Whom one may pass a seat on to: whom one may look up; and no refusal tells who else exists."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission

from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.documents import NODE
from tests.client import Api
from tests.factories import UserFactory, by_user, group_of, template_for
from tests.runs import approve, asked, seat
from tests.snapshot import unchanged

DELEGATE = """
mutation Pass($input: DelegateStepInput!) {
  delegateStep(input: $input) { outcome step { id } errors { code message path } }
}
"""
NOBODY = 987_654


@pytest.fixture
def step(office: Office) -> str:
    """Mona's seat, beside Milo's."""
    attach_workflow_to_object(office.document, office.template(1), user=office.owner)
    return global_id("ApprovalStep", seat(office.document, office.members[0]).pk)


def delegate(api: Api, step: str, key: Any) -> Any:
    return api.run(DELEGATE, input={"stepId": step, "userId": global_id("User", key)})["delegateStep"]


def people(office: Office) -> dict[str, Any]:
    """One of each kind that a refusal might tell apart."""
    return {
        "stranger": UserFactory(username="other-tenant").pk,
        "inactive": UserFactory(is_active=False).pk,
        "staff": UserFactory(is_staff=True, is_superuser=True).pk,
        "no number": "x",
        "nobody": NOBODY,
    }


def test_the_holder_cannot_tell_who_of_the_others_exists(office: Office, member: Api, step: str) -> None:
    with unchanged():
        answers = [delegate(member, step, key) for key in people(office).values()]
    refused = {"code": "NOT_FOUND", "message": "There is no such active user.", "path": ["userId"]}
    assert answers == [{"outcome": None, "step": None, "errors": [refused]}] * 5


@pytest.mark.parametrize(("caller", "code"), [("owner", "NOT_YOUR_STEP"), ("stranger", "NOT_FOUND")])
def test_whose_seat_it_is_not_hears_the_same_whoever_is_named(
    office: Office, step: str, caller: str, code: str
) -> None:
    api, known = Api(getattr(office, caller)), office.members[1].pk
    with unchanged():
        answers = [delegate(api, step, key) for key in (known, *people(office).values())]
    assert [error["code"] for error in answers[0]["errors"]] == [code]
    assert answers == [answers[0]] * 6


def test_a_decided_step_is_refused_before_anybody_is_looked_for(office: Office, member: Api, step: str) -> None:
    approve(office.document, office.members[0])
    answers = [delegate(member, step, key) for key in (office.members[1].pk, *people(office).values())]
    assert [error["code"] for error in answers[0]["errors"]] == ["STEP_ALREADY_DECIDED"]
    assert answers == [answers[0]] * 6


def test_a_seat_is_passed_to_a_colleague_of_the_same_role_alone(office: Office, member: Api, step: str) -> None:
    later, other = UserFactory(), UserFactory()
    office.role.user_set.add(later)
    group_of(other, name="Others")
    assert delegate(member, step, other.pk)["errors"][0]["code"] == "NOT_FOUND"
    assert delegate(member, step, later.pk)["outcome"] == "DELEGATED"
    assert set(asked(office.document)) == {later, office.members[1]}


def test_whoever_may_be_delegated_to_may_be_looked_up(office: Office, member: Api, step: str) -> None:
    later = UserFactory()
    office.role.user_set.add(later)
    for user in (later, office.owner, office.members[1]):
        assert member.run(NODE, id=global_id("User", user.pk))["node"] is not None
    assert member.run(NODE, id=global_id("User", office.stranger.pk))["node"] is None


def test_who_may_name_everybody_in_templates_may_delegate_to_everybody(office: Office, step: str) -> None:
    office.members[0].user_permissions.set(Permission.objects.filter(codename="add_workflow"))
    assert delegate(Api(office.members[0]), step, office.stranger.pk)["outcome"] == "DELEGATED"


def test_a_stage_that_the_run_has_not_is_refused_after_the_seat(office: Office, step: str) -> None:
    """The same order of refusals where a stage is named."""
    hidden = template_for(1, [[by_user(office.stranger)]], company_id=office.stranger.pk)
    stage = hidden.pipelines.get().stages.get().pk
    document = """
    mutation Back($input: RequestResubmissionInput!) {
      requestResubmission(input: $input) { outcome errors { code message path } }
    }
    """
    owner, mona = Api(office.owner), Api(office.members[0])
    for api, code, path in ((owner, "NOT_YOUR_STEP", ["stepId"]), (mona, "NOT_FOUND", ["stageId"])):
        inputs = [{"stepId": step, "reason": "No", "stageId": global_id("Stage", key)} for key in (stage, NOBODY, "x")]
        with unchanged():
            answers = [api.run(document, input=given)["requestResubmission"] for given in inputs]
        assert [(error["code"], error["path"]) for error in answers[0]["errors"]] == [(code, path)]
        assert answers == [answers[0]] * 3
