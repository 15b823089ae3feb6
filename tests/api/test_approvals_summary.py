"""myApprovalsSummary: the inbox in numbers, which are those of the list beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import (
    attach_workflow_to_object,
    cancel_workflow,
    create_substitution,
    inbox,
    update_workflow,
)
from gql_workflows.ids import global_id
from gql_workflows.permissions import AccessPolicy
from tests.api.conftest import Office
from tests.client import Api, count_statements
from tests.clock import at
from tests.engine.deadlines.deadlines import within
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, template_for
from tests.runs import approve
from tests.testapp.models import Deal, Document

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
FLAT = WorkflowStrategy.WORKFLOW_ONLY
SUMMARY = """
query Summary($filters: ApprovalStepFilter) {
  myApprovalsSummary(filters: $filters) {
    waiting overdue
    byWorkflow { workflow { id nameEn isHidden clonedFrom { id } } waiting overdue }
    byModel { model waiting overdue }
  }
}
"""
COUNT = "query Count($filters: ApprovalStepFilter) { myApprovals(filters: $filters) { totalCount } }"


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with at(NOW):
        yield


def summary(api: Api, **filters: Any) -> dict[str, Any]:
    found: dict[str, Any] = api.run(SUMMARY, filters=filters)["myApprovalsSummary"]
    return found


def listed(api: Api, **filters: Any) -> int:
    count: int = api.run(COUNT, filters=filters)["myApprovals"]["totalCount"]
    return count


def numbers(found: dict[str, Any]) -> tuple[int, int]:
    return found["waiting"], found["overdue"]


def by_workflow(found: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [(line["workflow"]["nameEn"], *numbers(line)) for line in found["byWorkflow"]]


def by_model(found: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [(line["model"], *numbers(line)) for line in found["byModel"]]


def template(user: User, name: str, *, after: str | None = None, strategy: Any = FLAT, **fields: Any) -> WorkFlow:
    """A template that asks this user, who has so long."""
    approval = by_user(user) if after is None else within(by_user(user), after)
    return template_for(strategy, [[approval]], name_en=name, **fields)


def run(workflow: WorkFlow, *objects: Any, **given: Any) -> list[Any]:
    """Runs on these objects."""
    return [attach_workflow_to_object(one, workflow, UserFactory(), **given) for one in objects]


@pytest.fixture
def mona(office: Office) -> User:
    return office.members[0]


def test_an_empty_inbox_is_nothing(stranger: Api) -> None:
    assert summary(stranger) == {"waiting": 0, "overdue": 0, "byWorkflow": [], "byModel": []}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_waits_is_counted_by_workflow_and_by_model(
    office: Office, member: Api, mona: User, strategy: WorkflowStrategy
) -> None:
    soon, never = (template(mona, name, after=after, strategy=strategy) for name, after in (("A", "PT1H"), ("B", None)))
    run(soon, *DocumentFactory.create_batch(2))
    run(never, DocumentFactory(), Deal.objects.create(title="Deal"))
    run(template(office.stranger, "C", strategy=strategy), DocumentFactory())
    assert numbers(summary(member)) == (4, 0)
    with at(NOW + 2 * HOUR):
        found = summary(member)
    assert numbers(found) == (4, 2)
    assert by_workflow(found) == [("A", 2, 2), ("B", 2, 0)]
    assert by_model(found) == [("testapp.Document", 3, 2), ("testapp.Deal", 1, 0)]
    assert numbers(summary(Api(office.stranger))) == (1, 0)


def test_only_what_waits_now_is_counted(office: Office, member: Api, mona: User) -> None:
    decided, cancelled, gone, left, waits = DocumentFactory.create_batch(5)
    run(template(mona, "A"), decided, gone, waits)
    (called_off,) = run(template(mona, "B"), cancelled)
    run(template_for(FLAT, [[by_role(office.role)]]), left)
    assert numbers(summary(member)) == (5, 0)
    approve(decided, mona)
    cancel_workflow(attachment_id=called_off.pk, actor=called_off.started_by, reason="Wrong")
    gone.delete()
    office.role.user_set.remove(mona)
    assert by_workflow(summary(member)) == [("A", 1, 0)]
    assert listed(member) == 1


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_all_versions_of_a_template_are_one_workflow_whose_id_filters_the_list(
    member: Api, mona: User, strategy: WorkflowStrategy
) -> None:
    edited, other = (template(mona, name, strategy=strategy) for name in ("Chairs", "Tables"))
    run(edited, *DocumentFactory.create_batch(2))
    update_workflow(id=edited.pk, changes=WorkflowChanges(name_en="Seats", description="Changed"))
    run(edited, DocumentFactory())
    run(edited, DocumentFactory(), disable_clone=True)
    run(other, DocumentFactory())
    assert WorkFlow.objects.filter(cloned_from=edited, is_hidden=True).count() == 2
    found = summary(member)
    assert by_workflow(found) == [("Seats", 4, 0), ("Tables", 1, 0)]
    assert [line["workflow"]["id"] for line in found["byWorkflow"]] == [
        global_id("Workflow", one.pk) for one in (edited, other)
    ]
    assert [listed(member, workflowId=line["workflow"]["id"]) for line in found["byWorkflow"]] == [4, 1]
    assert [listed(member, model=line["model"]) for line in found["byModel"]] == [5]


def test_a_copy_of_a_template_is_a_workflow_of_its_own(member: Api, mona: User) -> None:
    first = template(mona, "First")
    copy = template(mona, "Copy")
    WorkFlow.objects.filter(pk=copy.pk).update(cloned_from=first)
    run(first, DocumentFactory())
    run(copy, *DocumentFactory.create_batch(2), disable_clone=True)
    assert by_workflow(summary(member)) == [("Copy", 2, 0), ("First", 1, 0)]


def test_a_template_that_may_not_be_seen_stays_unseen(office: Office, member: Api, mona: User) -> None:
    secret = template(mona, "Secret", company_id=office.stranger.pk)
    run(secret, *DocumentFactory.create_batch(2))
    update_workflow(id=secret.pk, changes=WorkflowChanges(name_en="Renamed"))
    run(secret, DocumentFactory())
    found = summary(member)
    assert numbers(found) == (3, 0)
    assert [(line["workflow"]["isHidden"], line["workflow"]["clonedFrom"]) for line in found["byWorkflow"]] == [
        (True, None),
        (True, None),
    ]
    ids = [line["workflow"]["id"] for line in found["byWorkflow"]]
    assert global_id("Workflow", secret.pk) not in ids
    assert [numbers(line) for line in found["byWorkflow"]] == [(2, 0), (1, 0)]
    assert [listed(member, workflowId=one) for one in ids] == [2, 1]


def test_what_a_substitute_decides_is_counted_for_both_while_it_lasts(office: Office, member: Api, mona: User) -> None:
    covered, other = template(mona, "Covered", after="PT1H"), template(mona, "Other")
    run(covered, *DocumentFactory.create_batch(2))
    run(other, DocumentFactory())
    run(template(office.stranger, "Own"), DocumentFactory())
    stan = Api(office.stranger)
    create_substitution(
        actor=mona, substitute_id=office.stranger.pk, workflow_id=covered.pk, ends_at=NOW + timedelta(days=1)
    )
    with at(NOW + 2 * HOUR):
        found = summary(stan)
        assert (numbers(found), listed(stan)) == ((3, 2), 3)
        assert by_workflow(found) == [("Covered", 2, 2), ("Own", 1, 0)]
        assert numbers(summary(member)) == (3, 2)
    with at(NOW + timedelta(days=2)):
        assert by_workflow(summary(stan)) == [("Own", 1, 0)]


FILTERS: list[dict[str, Any]] = [
    {},
    {"isOverdue": True},
    {"isOverdue": False},
    {"dueBefore": (NOW + 3 * HOUR).isoformat()},
    {"model": "testapp.document"},
    {"model": "testapp.Deal", "isOverdue": False},
    {"model": "no.Model"},
    {"search": "chai"},
    {"search": "nothing of it"},
    {"workflowId": "nonsense"},
    {"status": ["CURRENT"]},
    {"status": ["CURRENT", "APPROVED"], "isOverdue": True},
]


@pytest.mark.parametrize("filters", FILTERS)
def test_the_filters_of_the_list_narrow_the_numbers(
    office: Office, member: Api, mona: User, filters: dict[str, Any]
) -> None:
    run(template(mona, "Chairs", after="PT1H"), *DocumentFactory.create_batch(2))
    run(template(mona, "Tables", after="PT9H"), Deal.objects.create(title="Deal"))
    run(template(mona, "Lamps"), DocumentFactory())
    with at(NOW + 2 * HOUR):
        found = summary(member, **filters)
        rows = listed(member, **filters)
    assert found["waiting"] == rows
    assert sum(line["waiting"] for line in found["byWorkflow"]) == rows
    assert sum(line["waiting"] for line in found["byModel"]) == rows
    assert found["overdue"] == (0 if filters.get("isOverdue") is False or rows == 0 else min(rows, 2))


def test_the_filters_tell_apart_what_they_name(office: Office, member: Api, mona: User) -> None:
    chairs, tables = template(mona, "Chairs", after="PT1H"), template(mona, "Tables")
    run(chairs, *DocumentFactory.create_batch(2))
    run(tables, DocumentFactory())
    with at(NOW + 2 * HOUR):
        assert by_workflow(summary(member, workflowId=global_id("Workflow", chairs.pk))) == [("Chairs", 2, 2)]
        assert by_workflow(summary(member, isOverdue=False)) == [("Tables", 1, 0)]
        assert by_workflow(summary(member, search="chai")) == [("Chairs", 2, 2)]


def test_steps_that_do_not_wait_are_counted_nowhere(member: Api, mona: User) -> None:
    document = DocumentFactory()
    run(template(mona, "A"), document, DocumentFactory())
    approve(document, mona)
    assert listed(member, status=["APPROVED"]) == 1
    assert summary(member, status=["APPROVED"]) == {"waiting": 0, "overdue": 0, "byWorkflow": [], "byModel": []}
    assert numbers(summary(member, status=["APPROVED", "CURRENT"])) == (1, 0)


@pytest.mark.parametrize(
    "filters", [{"search": "x" * 201}, {"dueBefore": "9999-12-31T23:59:59-14:00"}, {"search": "a\x00b"}]
)
def test_what_the_list_refuses_the_numbers_refuse_alike(member: Api, filters: dict[str, Any]) -> None:
    (counted,) = member.errors(SUMMARY, filters=filters)
    (paged,) = member.errors(COUNT, filters=filters)
    assert counted["extensions"]["code"] == "BAD_USER_INPUT"
    assert (counted["message"], counted["extensions"]) == (paged["message"], paged["extensions"])


def test_a_breakdown_has_the_lines_of_which_the_most_wait(
    office: Office, member: Api, mona: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("A", 1), ("B", 3), ("C", 2), ("D", 2)):
        run(template(mona, name), *DocumentFactory.create_batch(size))
    run(template(mona, "E"), Deal.objects.create(title="Deal"))
    assert by_workflow(summary(member)) == [("B", 3, 0), ("C", 2, 0), ("D", 2, 0), ("A", 1, 0), ("E", 1, 0)]
    monkeypatch.setattr(inbox, "MOST_LINES", 3)
    assert by_workflow(summary(member)) == [("B", 3, 0), ("C", 2, 0), ("D", 2, 0)]
    monkeypatch.setattr(inbox, "MOST_LINES", 1)
    found = summary(member)
    assert (numbers(found), by_model(found)) == ((9, 0), [("testapp.Document", 8, 0)])


class Joining(AccessPolicy):
    """A project's rule that joins, so that a row is there several times."""

    def asked(self, user: Any) -> Any:
        return super().asked(user).filter(flow__workflow_attachment__participations__isnull=False)


def test_a_step_counts_once_whatever_a_project_s_rule_joins(member: Api, mona: User, settings: Any) -> None:
    run(template(mona, "A", after="PT1H"), *DocumentFactory.create_batch(2))
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.Joining"}
    with at(NOW + 2 * HOUR):
        found = summary(member)
        assert listed(member) > 2  # which is what such a rule does to a page
    assert (numbers(found), by_workflow(found)) == ((2, 2), [("A", 2, 2)])
    assert by_model(found) == [("testapp.Document", 2, 2)]


def test_the_numbers_cost_the_same_at_any_size(mona: User) -> None:
    def cost(document: str) -> int:
        return count_statements(document, mona)[0]

    documents = {
        "totals": "{ myApprovalsSummary { waiting overdue } }",
        "models": "{ myApprovalsSummary { waiting overdue byModel { model waiting } } }",
        "all": SUMMARY,
    }
    for number in range(2):
        run(template(mona, f"First {number}"), DocumentFactory())
    cost(SUMMARY)
    few = {name: cost(document) for name, document in documents.items()}
    for number in range(20):
        run(template(mona, f"Template {number}"), *DocumentFactory.create_batch(2))
    assert {name: cost(document) for name, document in documents.items()} == few
    # whom the caller stands in for, the roles held, the numbers; then the lines by workflow, and their workflows
    assert few == {"totals": 3, "models": 3, "all": 5}


def test_the_objects_themselves_are_not_read(member: Api, mona: User, django_assert_max_num_queries: Any) -> None:
    run(template(mona, "A"), DocumentFactory())
    Document.objects.update(title="x")
    with django_assert_max_num_queries(20) as captured:
        summary(member)
    assert not [one["sql"] for one in captured if 'FROM "testapp_document"' in one["sql"]]
