"""The caller's own runs as a list, whose request a run is, and whether the viewer may call it off."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_workflow_engine import services
from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, cancel_workflow, reject_step
from gql_workflows.ids import global_id
from gql_workflows.permissions import AccessPolicy
from tests.api.conftest import Office
from tests.client import Api, count_statements
from tests.factories import STRATEGIES, DocumentFactory, UserFactory
from tests.runs import approve, seat
from tests.testapp.models import Document, Invoice

FLAT = WorkflowStrategy.WORKFLOW_ONLY
PAGE = """
query Page(
  $filters: AttachmentFilter, $ordering: [AttachmentOrder!], $first: Int, $after: String, $last: Int, $before: String
) {
  myRequests(filters: $filters, ordering: $ordering, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    edges { node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
ROW = "query Row($id: ID!) { attachment(id: $id) { requester { username } viewerCanCancel } }"


class Muted(AccessPolicy):
    """A rule that principals cannot say, as a queryset."""

    def attachments(self, user: Any) -> Any:
        return super().attachments(user).exclude(metadata={"muted": True})


class Nameless(AccessPolicy):
    """Nobody sees a run as oneself."""

    def principals(self, user: Any) -> list[str]:
        return [name for name in super().principals(user) if name != f"user:{user.pk}"]


def own_runs(user: User, **variables: Any) -> list[str]:
    return [edge["node"]["id"] for edge in Api(user).run(PAGE, **variables)["myRequests"]["edges"]]


def ids(*attachments: WorkflowAttachment) -> list[str]:
    return [global_id("WorkflowAttachment", attachment.pk) for attachment in attachments]


def run_of(office: Office, user: User | None, **fields: Any) -> WorkflowAttachment:
    return attach_workflow_to_object(DocumentFactory(**fields), office.template(FLAT), user)


def row(user: User, attachment: WorkflowAttachment) -> Any:
    return Api(user).run(ROW, id=ids(attachment)[0])["attachment"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_they_are_what_one_started_and_what_is_about_one_s_own_objects(office: Office, strategy: Any) -> None:
    template, olga, stan, mona = office.template(strategy), office.owner, office.stranger, office.members[0]
    invoice = Invoice.objects.create(number="7", owner=olga)
    by_olga = attach_workflow_to_object(DocumentFactory(), template, olga)
    about_olga = attach_workflow_to_object(office.document, template, stan)
    of_olga = attach_workflow_to_object(invoice, template, stan, auto_start=False)
    assert own_runs(olga) == ids(of_olga, about_olga, by_olga)
    assert own_runs(stan) == ids(of_olga, about_olga)
    assert own_runs(mona) == []  # who is asked
    root = UserFactory(is_staff=True, is_superuser=True)
    assert own_runs(root) == []
    services.start_workflow(attachment_id=of_olga.pk, actor=root)
    assert own_runs(root) == ids(of_olga)


def test_whose_own_a_run_is_sees_it(office: Office) -> None:
    attachment = run_of(office, office.stranger, created_by=office.owner)
    assert row(office.owner, attachment) == {"requester": {"username": "olga"}, "viewerCanCancel": False}


@pytest.fixture
def runs(office: Office) -> list[str]:
    """Nine runs of the owner's own among others', newest first; two were attached at one moment."""
    made = [run_of(office, office.owner if n % 2 else office.stranger, created_by=office.owner) for n in range(9)]
    for _ in range(3):
        run_of(office, office.stranger)
    WorkflowAttachment.objects.filter(pk=made[4].pk).update(created_at=made[5].created_at)
    made[4].participations.update(created_at=made[5].created_at)
    return ids(*made[::-1])


@pytest.mark.parametrize("size", [1, 4, 9, 50])
@pytest.mark.parametrize("ordering", [None, [{"createdAt": "ASC"}], [{"startedAt": "ASC"}]])
def test_pages_meet_every_run_once(office: Office, runs: list[str], size: int, ordering: Any) -> None:
    wanted = own_runs(office.owner, first=50, ordering=ordering)
    assert sorted(wanted) == sorted(runs)
    if ordering is None:
        assert wanted == runs
    for first, cursor in (("first", "after"), ("last", "before")):
        found, place = [], None
        while True:
            page = Api(office.owner).run(PAGE, ordering=ordering, **{first: size, cursor: place})["myRequests"]
            assert page["totalCount"] == 9
            nodes = [edge["node"]["id"] for edge in page["edges"]]
            found = found + nodes if first == "first" else nodes + found
            more, place = ("hasNextPage", "endCursor") if first == "first" else ("hasPreviousPage", "startCursor")
            place = page["pageInfo"][place]
            if not page["pageInfo"][more]:
                break
        assert found == wanted


def test_they_are_filtered_as_attachments_are(office: Office, runs: list[str]) -> None:
    newest = WorkflowAttachment.objects.filter(participations__principal=f"requester:{office.owner.pk}").latest("pk")
    cancel_workflow(attachment_id=newest.pk, actor=office.stranger, reason="No use")
    assert own_runs(office.owner, filters={"status": ["CANCELLED"]}) == ids(newest)
    started = {"startedById": global_id("User", office.owner.pk)}
    assert own_runs(office.owner, filters=started) == [key for n, key in enumerate(runs) if n % 2]


@pytest.mark.parametrize("policy", ["Muted", "Nameless"])
def test_what_the_policy_hides_is_not_among_them(office: Office, settings: Any, policy: str) -> None:
    loud, muted = (run_of(office, office.owner) for _ in range(2))
    WorkflowAttachment.objects.filter(pk=muted.pk).update(metadata={"muted": True})
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.{policy}"}
    assert own_runs(office.owner) == (ids(loud) if policy == "Muted" else [])
    total = Api(office.owner).run(PAGE)["myRequests"]["totalCount"]
    assert total == (1 if policy == "Muted" else 0)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL tells its plan so")
@pytest.mark.parametrize("is_staff", [True, False])
def test_a_page_walks_one_range_of_the_index(office: Office, runs: list[str], is_staff: bool) -> None:
    User.objects.filter(pk=office.owner.pk).update(is_staff=is_staff, is_superuser=is_staff)
    office.owner.refresh_from_db()
    with CaptureQueriesContext(connection) as captured:
        Api(office.owner).run("{ myRequests(first: 2) { edges { node { id } } } }")
    (page,) = [query["sql"] for query in captured if "requester:" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("EXPLAIN " + page)
        plan = "\n".join(line[0] for line in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert plan.count("participation_newest_idx") == 1


@pytest.mark.parametrize("size", [5, 9])
def test_a_page_costs_the_same_whatever_is_on_it(office: Office, runs: list[str], size: int) -> None:
    page = """
    query Page($size: Int) {
      myRequests(first: $size) { edges { node { id requester { username } viewerCanCancel } } }
    }
    """
    statements, data = count_statements(page, office.stranger, size=size)
    assert (statements, len(data["myRequests"]["edges"])) == (4, min(size, 8))


def test_the_requester_is_the_object_s_own_person_else_who_started(office: Office) -> None:
    olga, stan = office.owner, office.stranger
    invoice = Invoice.objects.create(number="7", owner=olga)
    own, of_invoice = run_of(office, stan, created_by=olga), run_of(office, stan)
    assert row(stan, own)["requester"] == {"username": "olga"}
    assert row(stan, of_invoice)["requester"] == {"username": "stan"}
    billed = attach_workflow_to_object(invoice, office.template(FLAT), stan)
    assert row(stan, billed)["requester"] == {"username": "olga"}
    by_the_system = run_of(office, None)
    assert row(office.members[0], by_the_system)["requester"] is None
    Document.objects.get(pk=own.object_id).delete()
    assert row(stan, own)["requester"] == {"username": "stan"}


def test_who_may_cancel_is_told_as_the_verb_has_it(office: Office) -> None:
    olga, mona, staff = office.owner, office.members[0], UserFactory(is_staff=True, is_superuser=True)
    waiting, running, rejected, completed, cancelled = (
        attach_workflow_to_object(DocumentFactory(), office.template(FLAT), olga, auto_start=start)
        for start in (False, True, True, True, True)
    )
    reject_step(step_id=seat(rejected.target, mona).pk, actor=mona, reason="No")
    approve(completed.target, mona)
    cancel_workflow(attachment_id=cancelled.pk, actor=olga, reason="No use")
    everything = (waiting, running, rejected, completed, cancelled)
    for user in (olga, staff):
        assert [row(user, one)["viewerCanCancel"] for one in everything] == [True, True, False, False, False]
    assert [row(mona, one)["viewerCanCancel"] for one in (running, rejected, completed)] == [False, False, False]
    cancel_workflow(attachment_id=waiting.pk, actor=staff, reason="No use")
    assert row(staff, waiting)["viewerCanCancel"] is False
