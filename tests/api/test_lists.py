"""Paging, filtering and ordering of the lists."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.utils import timezone

from django_workflow_engine.choices import WorkflowStatus, WorkflowStrategy
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, delegate_step
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.documents import ATTACHMENTS, INBOX, NAMES
from tests.client import Api
from tests.factories import DocumentFactory
from tests.testapp.models import Document

FLAT = WorkflowStrategy.WORKFLOW_ONLY


@pytest.fixture
def names(office: Office) -> list[str]:
    """Seven templates, oldest first, two of them with one moment of creation."""
    made = [office.template(FLAT, name_en=f"Template {n}") for n in range(7)]
    WorkFlow.objects.filter(pk__in=[made[2].pk, made[3].pk]).update(created_at=made[2].created_at)
    return [template.name_en for template in made]


def listed(api: Api, **variables: Any) -> list[str]:
    return [edge["node"]["nameEn"] for edge in api.run(NAMES, **variables)["workflows"]["edges"]]


def test_pages_forward_and_backward_meet_every_row_once(owner: Api, names: list[str]) -> None:
    newest = names[::-1]
    forward, after = [], None
    for expected_more in (True, True, False):
        page = owner.run(NAMES, first=3, after=after)["workflows"]
        assert page["totalCount"] == 7
        assert page["pageInfo"]["hasNextPage"] is expected_more
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        forward += [edge["node"]["nameEn"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        assert page["edges"][-1]["cursor"] == after
    assert forward == newest
    backward, before = [], None
    for expected_more in (True, True, False):
        page = owner.run(NAMES, last=3, before=before)["workflows"]
        assert page["pageInfo"]["hasPreviousPage"] is expected_more
        backward = [edge["node"]["nameEn"] for edge in page["edges"]] + backward
        before = page["pageInfo"]["startCursor"]
    assert backward == newest
    assert owner.run(NAMES, first=1, after=after)["workflows"]["edges"] == []


def test_orderings_apply_first_column_first_and_page_alike(office: Office, owner: Api, names: list[str]) -> None:
    office.template(FLAT, name_en="Template 3")
    assert listed(owner, ordering=[{"nameEn": "ASC"}]) == sorted([*names, "Template 3"])
    assert listed(owner, ordering=[{"nameEn": "DESC"}]) == sorted([*names, "Template 3"], reverse=True)
    assert listed(owner, ordering=[{"createdAt": "ASC"}])[0] == "Template 0"
    assert listed(owner, ordering=[]) == listed(owner, ordering=None) == listed(owner)
    order = [{"nameEn": "DESC"}, {"createdAt": "ASC"}]
    first = owner.run(NAMES, ordering=order, first=5)["workflows"]
    rest = listed(owner, ordering=order, after=first["pageInfo"]["endCursor"])
    assert [edge["node"]["nameEn"] for edge in first["edges"]] + rest == listed(owner, ordering=order)


def test_workflows_are_filtered(office: Office, owner: Api, names: list[str]) -> None:
    office.template(WorkflowStrategy.WORKFLOW_PIPELINE, name_en="Other", name_ar="آخر", status=WorkflowStatus.INACTIVE)
    attach_workflow_to_object(office.document, WorkFlow.objects.get(name_en="Template 1"), office.owner)
    assert listed(owner, filters={"search": "plate 4"}) == ["Template 4"]
    assert listed(owner, filters={"search": "آخر"}) == ["Other"]
    assert listed(owner, filters={"status": "INACTIVE"}) == ["Other"]
    assert listed(owner, filters={"strategy": "WORKFLOW_PIPELINE"}) == ["Other"]
    assert listed(owner, filters={"isActive": False}) == ["Other"]
    assert len(listed(owner, filters={"isActive": True})) == 7
    assert len(listed(owner, filters={})) == 8
    assert listed(owner, filters={"includeHidden": True, "search": "(Copy)"}) == ["Template 1 (Copy)"]
    assert listed(owner, filters={"companyId": global_id("User", office.owner.pk)}) == []
    assert listed(owner, filters={"companyId": "rubbish"}) == []
    assert listed(owner, filters={"status": None, "search": None}) == listed(owner)


def test_attachments_are_filtered_and_ordered_with_empty_values_in_place(office: Office, owner: Api) -> None:
    template, other = office.template(FLAT), office.template(FLAT, name_en="Other")
    running = attach_workflow_to_object(office.document, template, office.owner)
    waiting = attach_workflow_to_object(DocumentFactory(created_by=office.owner), other, office.owner, auto_start=False)
    early = timezone.now() - timezone.timedelta(days=2)
    late = attach_workflow_to_object(DocumentFactory(created_by=office.owner), template, office.owner)
    WorkflowAttachment.objects.filter(pk=running.pk).update(started_at=early)

    def found(**variables: Any) -> list[str]:
        return [edge["node"]["id"] for edge in owner.run(ATTACHMENTS, **variables)["attachments"]["edges"]]

    ids = {row.pk: global_id("WorkflowAttachment", row.pk) for row in (running, waiting, late)}
    a, b, c = ids[running.pk], ids[waiting.pk], ids[late.pk]
    assert found() == [c, b, a]
    assert found(filters={"status": ["NOT_STARTED"]}) == [b]
    assert found(filters={"status": ["NOT_STARTED", "IN_PROGRESS"]}) == [c, b, a]
    assert found(filters={"workflowId": global_id("Workflow", template.pk)}) == [c, a]
    assert found(filters={"workflowId": global_id("Workflow", running.workflow_id)}) == [c, a]
    assert found(filters={"workflowId": "rubbish"}) == []
    assert found(filters={"model": "TESTAPP.document"}) == [c, b, a]
    assert found(filters={"model": "testapp.UuidDocument"}) == []
    assert found(filters={"model": "no.Model"}) == []
    assert found(filters={"startedById": global_id("User", office.owner.pk)}) == [c, b, a]
    assert found(filters={"startedById": global_id("User", office.stranger.pk)}) == []
    assert found(filters={"startedBefore": (early + timezone.timedelta(hours=1)).isoformat()}) == [a]
    assert found(filters={"startedAfter": (early + timezone.timedelta(hours=1)).isoformat()}) == [c]
    assert found(filters={"waitsForId": global_id("User", office.members[0].pk)}) == [c, a]
    assert found(filters={"waitsForId": global_id("User", office.owner.pk)}) == []
    assert found(filters={"waitsForId": "rubbish"}) == []
    assert found(filters={"search": "other"}) == [b]
    assert found(filters={"search": str(office.document.pk)}) == [a]
    for direction, expected in {
        "ASC": [a, c, b],
        "ASC_NULLS_FIRST": [b, a, c],
        "ASC_NULLS_LAST": [a, c, b],
        "DESC": [b, c, a],
        "DESC_NULLS_FIRST": [b, c, a],
        "DESC_NULLS_LAST": [c, a, b],
    }.items():
        ordering = [{"startedAt": direction}]
        assert found(ordering=ordering) == expected
        paged, after = [], None
        for _page in range(3):
            page = owner.run(ATTACHMENTS, ordering=ordering, first=1, after=after)["attachments"]
            paged += [edge["node"]["id"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
        assert paged == expected


def test_the_inbox_is_oldest_first_and_filtered(office: Office, member: Api) -> None:
    template, other = office.template(FLAT), office.template(FLAT, name_en="Other")
    for used in (template, other, template):
        attach_workflow_to_object(DocumentFactory(created_by=office.owner), used, office.owner)

    def targets(**filters: Any) -> list[str]:
        edges = member.run(INBOX, filters=filters)["myApprovals"]["edges"]
        return [edge["node"]["attachment"]["workflow"]["nameEn"] for edge in edges]

    assert targets() == ["Purchase approval (Copy)", "Other (Copy)", "Purchase approval (Copy)"]
    assert targets(workflowId=global_id("Workflow", other.pk)) == ["Other (Copy)"]
    assert targets(model="testapp.Document") == targets()
    assert targets(model="testapp.UuidDocument") == []
    assert targets(search="oTHer") == ["Other (Copy)"]
    assert targets(search=f" {Document.objects.earliest('pk').pk} ") == []
    assert targets(search=str(Document.objects.latest("pk").pk)) == ["Purchase approval (Copy)"]
    assert targets(status=["APPROVED"]) == []
    assert targets(status=["CURRENT"]) == targets()
    office.members[0].groups.clear()
    assert targets() == []


def test_a_delegated_seat_waits_for_its_receiver(office: Office, stranger: Api) -> None:
    attachment = attach_workflow_to_object(office.document, office.template(FLAT), office.owner)
    step = attachment.approval_flow.instances.get(assigned_to=office.members[0])
    delegate_step(step_id=step.pk, actor=office.members[0], user_id=office.stranger.pk)
    (edge,) = stranger.run(INBOX)["myApprovals"]["edges"]
    assert edge["node"]["viewerCanAct"] is True
    assert edge["node"]["assignedRole"]["name"] == "Managers"


@pytest.mark.parametrize(
    "variables",
    [
        {"first": 0},
        {"first": -1},
        {"first": 101},
        {"last": 101},
        {"first": 1, "last": 1},
        {"after": "rubbish"},
        {"after": ""},
        {"after": "YXJyYXljb25uZWN0aW9uOjk5OTk5OTk5OTk5OTk5OTk5OTk5"},
        {"before": "WyItY3JlYXRlZF9hdCwtcGsiLCJub3QgYSBkYXRlIiwxXQ=="},
        {"ordering": [{"nameEn": "ASC"}] * 6},
        {"filters": {"search": "x" * 201}},
    ],
)
def test_pages_that_cannot_be_are_bad_user_input(owner: Api, names: list[str], variables: dict[str, Any]) -> None:
    (error,) = owner.errors(NAMES, **variables)
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "Traceback" not in error["message"]


def test_a_cursor_of_another_order_is_refused(owner: Api, names: list[str]) -> None:
    cursor = owner.run(NAMES, first=1)["workflows"]["pageInfo"]["endCursor"]
    (error,) = owner.errors(NAMES, after=cursor, ordering=[{"nameEn": "ASC"}])
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


def cursor_of(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    ("ordering", "values"),
    [
        (None, [None, 1]),
        (None, ["2026-01-01T00:00:00+00:00", None]),
        (None, ["0001-01-01T00:00:00+23:59", 1]),
        (None, ["9999-12-31T23:59:59-23:59", 1]),
        (None, ["not a date", 1]),
        (None, [True, 1]),
        (None, ["2026-01-01T00:00:00+00:00", 2**70]),
        ([{"nameEn": "ASC"}], ["\x00", 1]),
        ([{"nameEn": "ASC"}], ["\ud800", 1]),
        ([{"nameEn": "ASC"}], [[], 1]),
    ],
)
def test_forged_cursors_are_bad_user_input(owner: Api, names: list[str], ordering: Any, values: list[Any]) -> None:
    page = owner.run(NAMES, first=1, ordering=ordering)["workflows"]
    name, *_rest = json.loads(base64.urlsafe_b64decode(page["pageInfo"]["endCursor"]))
    for argument in ("after", "before"):
        (error,) = owner.errors(NAMES, ordering=ordering, **{argument: cursor_of(name, *values)})
        assert error["extensions"] == {"code": "BAD_USER_INPUT"}


def test_a_cursor_of_another_list_is_refused(owner: Api, names: list[str]) -> None:
    cursor = owner.run(NAMES, first=1)["workflows"]["pageInfo"]["endCursor"]
    (error,) = owner.errors(ATTACHMENTS, after=cursor)
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_moment_beyond_the_calendar_is_bad_user_input(owner: Api, moment: str) -> None:
    for name in ("startedAfter", "startedBefore"):
        (error,) = owner.errors(ATTACHMENTS, filters={name: moment})
        assert error["extensions"] == {"code": "BAD_USER_INPUT"}


def test_a_filter_by_a_workflow_that_one_may_not_see_matches_nothing(office: Office, owner: Api) -> None:
    template = office.template(FLAT, company_id=office.stranger.pk)
    attach_workflow_to_object(office.document, template, office.owner)
    assert (
        owner.run(ATTACHMENTS, filters={"workflowId": global_id("Workflow", template.pk)})["attachments"]["edges"] == []
    )
    assert len(owner.run(ATTACHMENTS)["attachments"]["edges"]) == 1


@pytest.mark.parametrize("name", ["companyId"])
def test_an_empty_id_in_a_filter_matches_nothing(owner: Api, names: list[str], name: str) -> None:
    assert listed(owner, filters={name: ""}) == []
    assert owner.run(ATTACHMENTS, filters={"workflowId": ""})["attachments"]["edges"] == []
    assert owner.run(ATTACHMENTS, filters={"startedById": ""})["attachments"]["edges"] == []
    assert owner.run(ATTACHMENTS, filters={"waitsForId": ""})["attachments"]["edges"] == []
    assert owner.run(ATTACHMENTS, filters={"model": ""})["attachments"]["edges"] == []
