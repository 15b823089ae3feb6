"""Projects that are set up otherwise: without roles, and with rows whose text follows a foreign key."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from django_workflow_engine.models import WorkflowConfiguration
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.documents import APPROVE, ATTACHMENTS, INBOX
from tests.client import Api
from tests.factories import by_user, template_for
from tests.testapp.models import Desk, Document, Profile

pytestmark = pytest.mark.django_db


@override_settings(APPROVAL_ROLE_MODEL=None)
def test_a_project_without_roles_has_an_inbox(office: Office) -> None:
    attach_workflow_to_object(office.document, template_for(3, [[by_user(office.owner)]]), office.owner)
    (edge,) = Api(office.owner).run(INBOX)["myApprovals"]["edges"]
    assert edge["node"]["viewerCanAct"] is True


@override_settings(DJANGO_WORKFLOW_ENGINE={"ENABLED_MODELS": ["testapp.Profile"]})
def test_an_object_whose_text_follows_a_foreign_key_is_shown(office: Office) -> None:
    profile = Profile.objects.create(user=office.owner, desk=Desk.objects.create(code="front"))
    attach_workflow_to_object(profile, template_for(3, [[by_user(office.owner)]]), office.owner)
    (edge,) = Api(office.owner).run(ATTACHMENTS)["attachments"]["edges"]
    assert edge["node"]["target"]["display"] == "olga: front"


def test_runs_of_a_model_that_was_switched_off_do_not_exist(office: Office) -> None:
    attachment = attach_workflow_to_object(office.document, office.template(3), office.owner)
    assert Api(office.owner).run(ATTACHMENTS)["attachments"]["totalCount"] == 1
    WorkflowConfiguration.objects.create(content_type=attachment.content_type, is_enabled=False)
    assert Api(office.owner).run(ATTACHMENTS)["attachments"]["totalCount"] == 0


def test_an_object_that_cannot_say_whose_it_is_spoils_nobody_else_s_row(
    office: Office, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def owner(document: Document) -> Any:
        if document.title == "Broken":
            raise LookupError("no such person")

    monkeypatch.setattr(Document, "owner", property(owner), raising=False)
    settings.DJANGO_WORKFLOW_ENGINE = {"ENABLED_MODELS": ["testapp.Document"], "FORBID_SELF_APPROVAL": True}
    template = template_for(3, [[by_user(office.owner)]])
    for title in ("Broken", "Whole"):
        attach_workflow_to_object(Document.objects.create(title=title), template, office.members[0])
    edges = Api(office.owner).run(INBOX)["myApprovals"]["edges"]
    assert [edge["node"]["viewerCanAct"] for edge in edges] == [True, True]
    for edge in edges:
        (answer,) = Api(office.owner).run(APPROVE, input={"stepId": edge["node"]["id"]}).values()
        assert answer["errors"] == []


def test_each_mutation_of_a_document_reads_what_the_one_before_it_changed(office: Office) -> None:
    attachment = attach_workflow_to_object(office.document, office.template(1, positions=2), office.owner)
    first = attachment.approval_flow.instances.get(assigned_to=office.members[0])
    document = """
    mutation Both($first: ID!, $second: ID!) {
      a: approveStep(input: { stepId: $first }) { attachment { events { kind } } }
      b: rejectStep(input: { stepId: $second, reason: "no" }) { attachment { events { kind } } errors { code } }
    }
    """
    # the second stage's seat for the same member comes right behind the two seats of the first
    ids = [global_id("ApprovalStep", first.pk), global_id("ApprovalStep", first.pk + 2)]
    answer = Api(office.members[0]).run(document, first=ids[0], second=ids[1])
    assert answer["b"]["errors"] == []
    before, after = ([event["kind"] for event in answer[name]["attachment"]["events"]] for name in ("a", "b"))
    assert after == [*before, "REJECTED", "SEAT_CLOSED"]
