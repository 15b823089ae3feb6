"""Substitutes over the API: what they see, what they may do, and that it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import Substitution
from django_workflow_engine.services import (
    attach_workflow_to_object,
    create_substitution,
    end_substitution,
    request_changes,
)
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.listening import COUNT, committed, run, socket
from tests.client import Api, count_statements
from tests.clock import at
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import asked, attachment_of, seat
from tests.snapshot import unchanged
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db
EVERY_STRATEGY = pytest.mark.parametrize("strategy", STRATEGIES)
PART = """
substitution {
  id user { username } substitute { username } startsAt endsAt model workflow { nameEn } reason
  createdBy { username } isActive
}
errors { code path message }
"""
CREATE = f"mutation Create($input: CreateSubstitutionInput!) {{ createSubstitution(input: $input) {{ {PART} }} }}"
END = f"mutation End($id: ID!) {{ endSubstitution(id: $id) {{ {PART} }} }}"
LIST = """
query List($userId: ID) { substitutions(userId: $userId) {
  totalCount edges { node { user { username } substitute { username } isActive } }
} }
"""
INBOX = """
{ myApprovals { totalCount edges { node {
  id assignedTo { username } viewerCanAct viewerCannotActReason
  attachment { status workflow { nameEn } }
} } } }
"""
APPROVE = """
mutation Approve($id: ID!) { approveStep(input: {stepId: $id}) {
  outcome step { assignedTo { username } actionUser { username } }
  attachment { events { kind user { username } onBehalfOf { username } } } errors { code }
} }
"""
SEEN = """
query Seen($id: ID!, $workflow: ID!) {
  attachment(id: $id) { viewerCanAct viewerCanResubmit }
  workflow(id: $workflow) { nameEn }
  attachments { totalCount edges { node { id } } }
  node(id: $id) { id }
}
"""


def id_of(user: Any) -> str:
    return global_id("User", user.pk)


@pytest.fixture
def mona(office: Office) -> Any:
    """Who is away."""
    return office.members[0]


@pytest.fixture
def sub(office: Office, mona: Any) -> Substitution:
    """Stan stands in for Mona."""
    return create_substitution(actor=mona, substitute_id=office.stranger.pk)


@pytest.fixture
def document(office: Office, mona: Any, strategy: WorkflowStrategy) -> Document:
    """A run that waits for Mona."""
    attach_workflow_to_object(office.document, template_for(strategy, [[by_user(mona)]]), user=office.owner)
    return office.document


def seen_by(user: Any, document: Document) -> dict[str, Any]:
    attachment = attachment_of(document)
    return Api(user).run(
        SEEN,
        id=global_id("WorkflowAttachment", attachment.pk),
        workflow=global_id("Workflow", attachment.workflow_id),
    )


@EVERY_STRATEGY
class TestTheInbox:
    def test_the_persons_seats_are_there_while_it_lasts(self, office: Office, mona: Any, document: Document) -> None:
        stan = Api(office.stranger)
        assert stan.run(INBOX)["myApprovals"]["totalCount"] == 0
        made = create_substitution(actor=mona, substitute_id=office.stranger.pk)
        page = stan.run(INBOX)["myApprovals"]
        assert page["totalCount"] == 1
        (edge,) = page["edges"]
        assert edge["node"] == {
            "id": global_id("ApprovalStep", seat(document, mona).pk),
            "assignedTo": {"username": "mona"},
            "viewerCanAct": True,
            "viewerCannotActReason": None,
            "attachment": {
                "status": "IN_PROGRESS",
                "workflow": {"nameEn": "Purchase approval (Copy)"},
            },
        }
        assert Api(mona).run(INBOX)["myApprovals"]["totalCount"] == 1
        end_substitution(id=made.pk, actor=mona)
        assert stan.run(INBOX)["myApprovals"]["totalCount"] == 0

    def test_the_substitute_approves(self, office: Office, mona: Any, document: Document, sub: Substitution) -> None:
        step_id = global_id("ApprovalStep", seat(document, mona).pk)
        answer = Api(office.stranger).run(APPROVE, id=step_id)["approveStep"]
        assert (answer["outcome"], answer["errors"]) == ("WORKFLOW_COMPLETED", [])
        assert answer["step"] == {"assignedTo": {"username": "mona"}, "actionUser": {"username": "stan"}}
        (approved,) = [event for event in answer["attachment"]["events"] if event["kind"] == "APPROVED"]
        assert approved == {"kind": "APPROVED", "user": {"username": "stan"}, "onBehalfOf": {"username": "mona"}}

    def test_a_role_that_the_person_left_waits_for_nobody(
        self, office: Office, mona: Any, strategy: WorkflowStrategy, sub: Substitution
    ) -> None:
        attach_workflow_to_object(office.document, office.template(strategy, 1), user=office.owner)
        assert Api(office.stranger).run(INBOX)["myApprovals"]["totalCount"] == 1
        office.role.user_set.remove(mona)
        office.role.user_set.add(office.stranger)
        assert Api(office.stranger).run(INBOX)["myApprovals"]["totalCount"] == 0

    def test_only_the_runs_that_it_is_for(
        self, office: Office, mona: Any, document: Document, strategy: WorkflowStrategy
    ) -> None:
        other = DocumentFactory()
        attach_workflow_to_object(other, template_for(strategy, [[by_user(mona)]], name_en="Travel"), user=mona)
        template = attachment_of(other).workflow.cloned_from
        create_substitution(actor=mona, substitute_id=office.stranger.pk, workflow_id=template.pk)
        page = Api(office.stranger).run(INBOX)["myApprovals"]
        assert [edge["node"]["attachment"]["workflow"]["nameEn"] for edge in page["edges"]] == ["Travel (Copy)"]
        assert seen_by(office.stranger, document)["attachment"] is None
        assert seen_by(office.stranger, other)["attachment"] == {"viewerCanAct": True, "viewerCanResubmit": False}

    def test_a_page_costs_as_much_for_many_seats_and_many_people(
        self, office: Office, mona: Any, sub: Substitution, strategy: WorkflowStrategy
    ) -> None:
        template = template_for(strategy, [[by_role(group_of(mona), "anyone")]])
        attach_workflow_to_object(DocumentFactory(), template, user=office.owner)
        one = count_statements(INBOX, office.stranger)[0]
        for person in UserFactory.create_batch(4):
            create_substitution(actor=person, substitute_id=office.stranger.pk)
            attach_workflow_to_object(DocumentFactory(), template_for(strategy, [[by_user(person)]]), user=mona)
        assert Api(office.stranger).run(INBOX)["myApprovals"]["totalCount"] == 5
        assert count_statements(INBOX, office.stranger)[0] == one

    def test_without_the_persons_permission_there_is_nothing_to_decide(
        self, office: Office, mona: Any, document: Document, sub: Substitution, settings: Any
    ) -> None:
        rules = {"PERMISSIONS": {"REQUIRE_PERMISSION_TO_APPROVE": True}}
        settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, **rules}
        permission = Permission.objects.get(codename="approve_workflow")
        office.stranger.user_permissions.add(permission)
        told = seen_by(office.stranger, document)["attachment"]
        assert told == {"viewerCanAct": False, "viewerCanResubmit": False}
        mona.user_permissions.add(permission)
        assert seen_by(office.stranger, document)["attachment"]["viewerCanAct"] is True


@EVERY_STRATEGY
class TestSeeing:
    def test_a_run_is_seen_while_the_person_has_an_open_seat(
        self, office: Office, mona: Any, document: Document
    ) -> None:
        nothing = {"attachment": None, "workflow": None, "attachments": {"totalCount": 0, "edges": []}, "node": None}
        decided = DocumentFactory()
        attach_workflow_to_object(decided, template_for(1, [[by_user(mona)], [by_user(office.owner)]]), user=mona)
        Api(mona).run(APPROVE, id=global_id("ApprovalStep", seat(decided, mona).pk))
        assert seen_by(office.stranger, document) == nothing
        made = create_substitution(actor=mona, substitute_id=office.stranger.pk)
        seen = seen_by(office.stranger, document)
        node = {"id": global_id("WorkflowAttachment", attachment_of(document).pk)}
        assert seen["attachment"] == {"viewerCanAct": True, "viewerCanResubmit": False}
        assert seen["workflow"] == {"nameEn": "Purchase approval (Copy)"}
        assert seen["attachments"] == {"totalCount": 1, "edges": [{"node": node}]}
        assert seen["node"] == node
        assert seen_by(office.stranger, decided)["attachment"] is None
        end_substitution(id=made.pk, actor=mona)
        assert seen_by(office.stranger, document) == nothing

    def test_who_has_decided_goes_on_seeing_it(
        self, office: Office, mona: Any, document: Document, sub: Substitution
    ) -> None:
        Api(office.stranger).run(APPROVE, id=global_id("ApprovalStep", seat(document, mona).pk))
        end_substitution(id=sub.pk, actor=mona)
        assert seen_by(office.stranger, document)["attachment"] is not None

    def test_a_run_that_waits_for_its_requester_is_sent_again(
        self, office: Office, document: Document, mona: Any
    ) -> None:
        request_changes(step_id=seat(document, mona).pk, actor=mona, reason="Which chairs?")
        assert seen_by(office.stranger, document)["attachment"] is None
        create_substitution(actor=office.owner, substitute_id=office.stranger.pk)
        assert seen_by(office.stranger, document)["attachment"] == {"viewerCanAct": False, "viewerCanResubmit": True}
        key = global_id("WorkflowAttachment", attachment_of(document).pk)
        again = "mutation Again($id: ID!) { resubmit(input: {attachmentId: $id}) { errors { code } } }"
        assert Api(office.stranger).run(again, id=key)["resubmit"]["errors"] == []
        assert asked(document) == [mona]


@EVERY_STRATEGY
def test_the_count_follows(office: Office, mona: Any, strategy: WorkflowStrategy) -> None:
    """Of a substitution that is made, what comes to the person afterwards, and its end."""

    def another() -> None:
        attach_workflow_to_object(DocumentFactory(), template_for(strategy, [[by_user(mona)]]), user=office.owner)

    def arrange() -> Substitution:
        return create_substitution(actor=mona, substitute_id=office.stranger.pk)

    async def scenario() -> None:
        async with socket(office.stranger) as client:
            await client.subscribe(COUNT)
            counts = [await client.data()]
            await committed(another)
            made = await committed(arrange)
            counts.append(await client.data())
            await committed(another)
            counts.append(await client.data())
            await committed(lambda: end_substitution(id=made.pk, actor=mona))
            counts.append(await client.data())
            assert counts == [0, 1, 2, 0]

    run(scenario)


class TestArranging:
    def test_ones_own(self, office: Office, mona: Any) -> None:
        template = template_for(1, [[by_user(mona)]])
        end = timezone.now() + timedelta(days=2)
        given = {
            "substituteId": id_of(office.members[1]),
            "endsAt": end.isoformat(),
            "model": "testapp.document",
            "workflowId": global_id("Workflow", template.pk),
            "reason": "Holiday",
        }
        mona.user_permissions.clear()
        answer = Api(mona).run(CREATE, input=given)["createSubstitution"]
        made = Substitution.objects.get()
        assert answer == {
            "substitution": {
                "id": global_id("Substitution", made.pk),
                "user": {"username": "mona"},
                "substitute": {"username": "milo"},
                "startsAt": made.starts_at.isoformat(),
                "endsAt": end.isoformat(),
                "model": "testapp.Document",
                "workflow": {"nameEn": "Purchase approval"},
                "reason": "Holiday",
                "createdBy": {"username": "mona"},
                "isActive": True,
            },
            "errors": [],
        }

    @pytest.mark.parametrize(
        ("change", "code", "path"),
        [
            ({"substituteId": "?"}, "NOT_FOUND", "substituteId"),
            ({"userId": "?"}, "FORBIDDEN", "userId"),
            ({"endsAt": "2020-01-01T00:00:00Z"}, "INVALID", "endsAt"),
            ({"endsAt": "0001-01-01T00:00:00+14:00"}, "INVALID", "endsAt"),
            ({"startsAt": "9999-12-31T23:59:59-14:00"}, "INVALID", "startsAt"),
            ({"model": "auth.User"}, "MODEL_NOT_ENABLED", "model"),
            ({"workflowId": "?"}, "NOT_FOUND", "workflowId"),
            ({"reason": "\x00"}, "INVALID", "reason"),
        ],
    )
    def test_bad_input(self, change: dict[str, str], code: str, path: str, office: Office, mona: Any) -> None:
        given = {"substituteId": id_of(office.members[1])} | change
        with unchanged():
            answer = Api(mona).run(CREATE, input=given)["createSubstitution"]
        assert answer["substitution"] is None
        assert [(error["code"], error["path"]) for error in answer["errors"]] == [(code, [path])]

    def test_the_same_key_twice_is_one_substitution(self, office: Office, mona: Any) -> None:
        end = timezone.now() + timedelta(days=2)
        ask = CREATE.replace("input: $input)", 'input: $input, idempotencyKey: "one")')
        given = {"substituteId": id_of(office.members[1]), "endsAt": end.isoformat()}
        first, second = (Api(mona).run(ask, input=given)["createSubstitution"] for _time in range(2))
        assert first == second
        later = Api(mona).run(ask, input=given | {"endsAt": (end + timedelta(days=1)).isoformat()})
        assert [error["code"] for error in later["createSubstitution"]["errors"]] == ["CONFLICT"]
        assert Substitution.objects.count() == 1

    def test_nobody_whom_one_may_not_look_up(self, office: Office, mona: Any) -> None:
        with unchanged():
            answer = Api(mona).run(CREATE, input={"substituteId": id_of(UserFactory())})["createSubstitution"]
        assert [(error["code"], error["path"]) for error in answer["errors"]] == [("NOT_FOUND", ["substituteId"])]

    def test_another_persons_needs_administration(self, office: Office, mona: Any) -> None:
        given = {"userId": id_of(mona), "substituteId": id_of(office.members[1])}
        with unchanged():
            answer = Api(office.members[1]).run(CREATE, input=given)["createSubstitution"]
        assert [(error["code"], error["path"]) for error in answer["errors"]] == [("FORBIDDEN", ["userId"])]
        root = Api(UserFactory(username="root", is_staff=True, is_superuser=True))
        made = root.run(CREATE, input=given)["createSubstitution"]["substitution"]
        assert (made["user"], made["createdBy"]) == ({"username": "mona"}, {"username": "root"})

    def test_the_substitute_ends_it_and_strangers_know_of_none(self, office: Office, sub: Substitution) -> None:
        key = global_id("Substitution", sub.pk)
        with unchanged():
            refused = Api(office.owner).run(END, id=key)["endSubstitution"]
        assert [(error["code"], error["path"]) for error in refused["errors"]] == [("NOT_FOUND", ["id"])]
        ended = Api(office.stranger).run(END, id=key)["endSubstitution"]
        assert ended["substitution"]["isActive"] is False
        again = Api(office.stranger).run(END, id=key)["endSubstitution"]
        assert [error["code"] for error in again["errors"]] == ["CONFLICT"]


class TestTheList:
    def test_ones_own_and_those_that_one_stands_in_for(self, office: Office, mona: Any, sub: Substitution) -> None:
        create_substitution(actor=office.owner, substitute_id=mona.pk, starts_at=sub.starts_at + timedelta(days=1))
        nodes = [edge["node"] for edge in Api(mona).run(LIST)["substitutions"]["edges"]]
        assert nodes == [
            {"user": {"username": "olga"}, "substitute": {"username": "mona"}, "isActive": False},
            {"user": {"username": "mona"}, "substitute": {"username": "stan"}, "isActive": True},
        ]
        with at(sub.starts_at + timedelta(days=1)):
            assert Api(mona).run(LIST)["substitutions"]["edges"][0]["node"]["isActive"] is True
        assert Api(office.members[1]).run(LIST)["substitutions"] == {"totalCount": 0, "edges": []}

    def test_another_persons_is_for_administrators(self, office: Office, mona: Any, sub: Substitution) -> None:
        (refused,) = Api(office.members[1]).errors(LIST, userId=id_of(mona))
        assert refused["extensions"]["code"] == "FORBIDDEN"
        root = Api(UserFactory(is_staff=True, is_superuser=True))
        assert root.run(LIST, userId=id_of(mona))["substitutions"]["totalCount"] == 1
        assert root.run(LIST, userId="?")["substitutions"]["totalCount"] == 0
        assert root.run(LIST)["substitutions"]["totalCount"] == 0

    def test_a_page_costs_as_much_for_many(self, office: Office, mona: Any, sub: Substitution) -> None:
        few = count_statements(LIST, mona)[0]
        for person in UserFactory.create_batch(6):
            create_substitution(actor=mona, substitute_id=person.pk)
        assert count_statements(LIST, mona)[0] == few
