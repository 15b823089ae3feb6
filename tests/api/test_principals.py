"""A project's principals: whom it adds to a run and to a user sees the run through every door, page by page."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from gql_workflows.permissions import AccessPolicy
from tests.api.conftest import Office
from tests.api.documents import ATTACHMENTS, INBOX, WORKFLOW
from tests.api.test_visibility import ids_of, seen_by
from tests.client import Api, count_statements
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for

FLAT = WorkflowStrategy.WORKFLOW_ONLY
USERS = "query People($filters: PickFilter) { users(first: 50, filters: $filters) { edges { node { username } } } }"
PAGE = """
query Page($first: Int, $after: String, $last: Int, $before: String, $ordering: [AttachmentOrder!]) {
  attachments(first: $first, after: $after, last: $last, before: $before, ordering: $ordering) {
    totalCount
    edges { node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
COUNTS = "{ workflowStatistics { attachments { total } } }"


def floor_of(attachment: WorkflowAttachment) -> list[str]:
    """The floor on which the object is."""
    return [f"floor:{attachment.target.title.partition(' ')[0]}"]


class ByFloor(AccessPolicy):
    """Whoever is called after a floor sees what is on it; a family has each other's companies."""

    def companies(self, user: Any) -> list[Any]:
        family = User.objects.filter(last_name=user.last_name) if user.last_name else User.objects.none()
        return [user.pk, *family.values_list("pk", flat=True)]

    def principals(self, user: Any) -> list[str]:
        return [*super().principals(user), *(f"floor:{name}" for name in user.first_name.split())]


class Muted(ByFloor):
    """A rule that principals cannot say, as a queryset."""

    def attachments(self, user: Any) -> Any:
        return super().attachments(user).exclude(metadata={"muted": True})


@pytest.fixture(autouse=True)
def floors(settings: Any) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "RUN_PRINCIPALS": f"{__name__}.floor_of"}
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.ByFloor"}


def keys(answer: Any) -> list[str]:
    return [edge["node"]["id"] for edge in answer["attachments"]["edges"]]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_principal_of_the_project_s_opens_every_door(office: Office, strategy: WorkflowStrategy) -> None:
    office.document.title = "Attic chairs"
    office.document.save()
    attachment = attach_workflow_to_object(office.document, office.template(strategy), office.owner)
    upstairs, downstairs = UserFactory(first_name="Attic Roof"), UserFactory(first_name="Cellar")
    if strategy == WorkflowStrategy.WORKFLOW_PIPELINE_STAGE:
        assert set(seen_by(Api(upstairs), attachment).values()) == {True}
        assert set(seen_by(Api(downstairs), attachment).values()) == {False}
    met = {edge["node"]["username"] for edge in Api(upstairs).run(USERS)["users"]["edges"]}
    assert met == {upstairs.username, "olga", "mona", "milo"}
    assert Api(downstairs).run(USERS)["users"]["edges"] == [{"node": {"username": downstairs.username}}]
    totals = [Api(user).run(COUNTS)["workflowStatistics"]["attachments"]["total"] for user in (upstairs, downstairs)]
    assert totals == [1, 0]


def test_a_rule_of_another_kind_may_be_a_queryset(office: Office, settings: Any) -> None:
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.Muted"}
    template = office.template(WorkflowStrategy.WORKFLOW_PIPELINE_STAGE)
    loud = attach_workflow_to_object(office.document, template, office.owner)
    muted = attach_workflow_to_object(DocumentFactory(), template, office.stranger, metadata={"muted": True})
    assert set(seen_by(Api(office.owner), loud).values()) == {True}
    member = Api(office.members[0])
    assert keys(member.run(ATTACHMENTS)) == [ids_of(loud)["WorkflowAttachment"]]
    assert member.run(WORKFLOW, id=global_id("Workflow", muted.workflow_id))["workflow"] is not None  # by the loud one
    assert "stan" not in {edge["node"]["username"] for edge in member.run(USERS)["users"]["edges"]}


class Absent(AccessPolicy):
    """A rule under which nobody sees runs as oneself."""

    def principals(self, user: Any) -> list[str]:
        return []


def test_the_inbox_holds_nothing_of_a_run_that_the_principals_do_not_see(office: Office, settings: Any) -> None:
    attach_workflow_to_object(office.document, office.template(FLAT), office.owner)
    member = Api(office.members[0])
    assert member.run(INBOX)["myApprovals"]["totalCount"] == 1
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.Absent"}
    assert member.run(INBOX)["myApprovals"]["totalCount"] == 0
    assert member.run(ATTACHMENTS)["attachments"]["totalCount"] == 0


@pytest.fixture
def runs(office: Office) -> list[str]:
    """The ids of twelve runs that the owner sees, newest first: by several principals at once, two of one moment."""
    acme, zeta = (UserFactory(username=name, last_name="Both") for name in ("acme", "zeta"))
    office.owner.last_name, office.owner.first_name = "Both", "Attic Cellar"
    office.owner.save()
    who = itertools.cycle([office.owner, office.stranger])
    owners = (acme, zeta, office.stranger)
    templates = itertools.cycle(template_for(FLAT, [[by_user(user)]], company_id=user.pk) for user in owners)
    made = [
        attach_workflow_to_object(DocumentFactory(title=title), template, user)
        for title, template, user in zip(["Attic", "Cellar", "Garden"] * 6, templates, who, strict=False)
    ]
    WorkflowAttachment.objects.filter(pk__in=[made[4].pk, made[6].pk]).update(created_at=made[4].created_at)
    moment = WorkflowAttachment.objects.get(pk=made[4].pk).created_at
    made[4].participations.update(created_at=moment)
    made[6].participations.update(created_at=moment)
    seen = [run for n, run in enumerate(made) if n % 3 != 2 or n % 2 == 0]
    stored = WorkflowAttachment.objects.filter(pk__in=[run.pk for run in seen]).order_by("-created_at", "-pk")
    return [global_id("WorkflowAttachment", run.pk) for run in stored]


@pytest.mark.parametrize("size", [1, 4, 5, 50])
@pytest.mark.parametrize("ordering", [None, [{"createdAt": "DESC"}], [{"createdAt": "ASC"}]])
def test_pages_out_of_several_ranges_meet_every_run_once(
    office: Office, runs: list[str], size: int, ordering: Any
) -> None:
    api = Api(office.owner)
    wanted = keys(api.run(ATTACHMENTS, first=50, ordering=ordering))
    assert sorted(wanted) == sorted(runs)
    if ordering is None:
        assert wanted == runs
    for first, cursor in (("first", "after"), ("last", "before")):
        found, place = [], None
        while True:
            page = api.run(PAGE, ordering=ordering, **{first: size, cursor: place})["attachments"]
            assert page["totalCount"] == len(runs)
            nodes = [edge["node"]["id"] for edge in page["edges"]]
            found = found + nodes if first == "first" else nodes + found
            more, place = ("hasNextPage", "endCursor") if first == "first" else ("hasPreviousPage", "startCursor")
            place = page["pageInfo"][place]
            if not page["pageInfo"][more]:
                break
        assert found == wanted


def test_filters_hold_within_each_range(office: Office, runs: list[str]) -> None:
    api = Api(office.owner)
    key = WorkflowAttachment.objects.order_by("-pk").values_list("object_id", flat=True)
    assert len(api.run(ATTACHMENTS, filters={"search": key[0]})["attachments"]["edges"]) <= 1
    started = api.run(ATTACHMENTS, first=50, filters={"startedById": global_id("User", office.owner.pk)})
    wanted = WorkflowAttachment.objects.filter(started_by=office.owner).order_by("-created_at", "-pk")
    assert keys(started) == [global_id("WorkflowAttachment", row.pk) for row in wanted]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL reads a page from ranges")
@pytest.mark.parametrize("ordering", [None, [{"createdAt": "DESC"}]])
def test_a_page_walks_the_ranges_of_the_principals_alone(office: Office, runs: list[str], ordering: Any) -> None:
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - of this test alone

    with CaptureQueriesContext(connection) as captured:
        Api(office.owner).run("{ attachments(first: 2) { edges { node { id } } } }")
    (page,) = [query["sql"] for query in captured if "UNION ALL" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("EXPLAIN " + page)
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert plan.count("participation_newest_idx") == page.count("UNION ALL") + 1


@pytest.mark.parametrize("size", [5, 12])
def test_a_page_costs_the_same_whatever_is_on_it(office: Office, runs: list[str], size: int) -> None:
    page = "query Page($size: Int) { attachments(first: $size) { edges { node { id startedBy { username } } } } }"
    statements, data = count_statements(page, office.owner, size=size)
    assert (statements, len(data["attachments"]["edges"])) == (4, size)
