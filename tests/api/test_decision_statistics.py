"""`decisionStatistics`: how long decisions take, for whoever may mend the runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import approve_step, attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.client import Api
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.runs import open_steps

pytestmark = pytest.mark.django_db

NUMBERS = "times { count medianSeconds p90Seconds }"
ASK = (
    """
query Ask($since: DateTime, $until: DateTime, $workflowId: ID, $companyId: ID, $period: StatisticsPeriod! = DAY) {
  decisionStatistics(since: $since, until: $until, workflowId: $workflowId, companyId: $companyId) {
    since until
    overall { count medianSeconds p90Seconds }
    byPeriod(period: $period) { startsAt endsAt times { count } }
    byStage { pipelineName name workflow { id } NUMBERS }
    byPerson { username user { id } NUMBERS }
  }
}
"""
).replace("NUMBERS", NUMBERS)


@pytest.fixture
def root() -> User:
    return UserFactory(username="root", is_staff=True, is_superuser=True)


@pytest.fixture
def boss() -> User:
    return UserFactory(username="boss")


def approved(template: Any, approver: User, seconds: float, *, starter: User | None = None) -> None:
    """A run whose one decision took at least so long, and hardly longer."""
    document = DocumentFactory()
    attach_workflow_to_object(document, template, user=starter or UserFactory())
    (step,) = open_steps(document)
    Step.objects.filter(pk=step.pk).update(started_at=timezone.now() - timedelta(seconds=seconds))
    approve_step(step_id=step.pk, actor=approver)


def found(user: User, **variables: Any) -> Any:
    return Api(user).run(ASK, **variables)["decisionStatistics"]


def counted(user: User, **variables: Any) -> int:
    count: int = found(user, **variables)["overall"]["count"]
    return count


def test_an_administrator_has_the_numbers_of_all_runs(root: User, boss: User) -> None:
    template = template_for(1, [[by_user(boss)]])
    for seconds in (1_000, 2_000, 3_000):
        approved(template, boss, seconds)
    answer = found(root)
    assert answer["overall"] == {
        "count": 3,
        "medianSeconds": pytest.approx(2_000, abs=60),
        "p90Seconds": pytest.approx(3_000, abs=60),
    }
    (stage,) = answer["byStage"]
    assert (stage["workflow"]["id"], stage["times"]) == (global_id("Workflow", template.pk), answer["overall"])
    stored = template.pipelines.get()
    assert (stage["pipelineName"], stage["name"]) == (stored.name_en, stored.stages.get().name_en)
    (person,) = answer["byPerson"]
    assert (person["user"]["id"], person["username"]) == (global_id("User", boss.pk), "boss")
    assert person["times"] == answer["overall"]
    assert sum(part["times"]["count"] for part in answer["byPeriod"]) == 3
    assert len(answer["byPeriod"]) in {30, 31, 32}
    assert (answer["byPeriod"][0]["startsAt"], answer["byPeriod"][-1]["endsAt"]) == (answer["since"], answer["until"])


def test_who_takes_part_has_nothing_of_it(boss: User) -> None:
    starter = UserFactory()
    approved(template_for(3, [[by_user(boss)]]), boss, 60, starter=starter)
    for user in (boss, starter, UserFactory()):
        answer = found(user)
        assert answer["overall"] == {"count": 0, "medianSeconds": None, "p90Seconds": None}
        assert (answer["byStage"], answer["byPerson"]) == ([], [])


def test_a_company_has_the_numbers_of_its_own_templates(root: User, boss: User) -> None:
    company, other = UserFactory(), UserFactory()
    approved(template_for(3, [[by_user(boss)]], company_id=company.pk), boss, 60)
    approved(template_for(3, [[by_user(boss)]], company_id=other.pk), boss, 60)
    approved(template_for(3, [[by_user(boss)]]), boss, 60)
    assert [counted(user) for user in (company, other, root)] == [1, 1, 3]
    assert counted(root, companyId=global_id("User", company.pk)) == 1
    assert counted(company, companyId=global_id("User", company.pk)) == 1


def test_the_numbers_of_one_template(root: User, boss: User) -> None:
    first, second = template_for(3, [[by_user(boss)]]), template_for(3, [[by_user(boss)]])
    approved(first, boss, 60)
    approved(second, boss, 60)
    approved(second, boss, 60)
    counts = [counted(root, workflowId=global_id("Workflow", one.pk)) for one in (first, second)]
    assert counts == [1, 2]


def test_the_numbers_of_a_time(root: User, boss: User) -> None:
    approved(template_for(3, [[by_user(boss)]]), boss, 60)
    now = timezone.now()
    assert counted(root, since=(now - timedelta(hours=1)).isoformat()) == 1
    assert counted(root, until=(now - timedelta(hours=1)).isoformat()) == 0


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"workflowId": "nonsense"}, "NOT_FOUND"),
        ({"workflowId": global_id("Workflow", 987_654)}, "NOT_FOUND"),
        ({"companyId": global_id("User", 987_654)}, "NOT_FOUND"),
        ({"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "BAD_USER_INPUT"),
        ({"since": "9999-12-30T00:00:00Z", "until": "9999-12-31T00:00:00Z"}, "BAD_USER_INPUT"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "BAD_USER_INPUT"),
        ({"since": "2020-01-01T00:00:00Z"}, "BAD_USER_INPUT"),
    ],
)
def test_what_cannot_be_counted_is_refused(root: User, variables: dict[str, Any], code: str) -> None:
    (error,) = Api(root).errors(ASK, **variables)
    assert error["extensions"]["code"] == code
    assert error["path"][0] == "decisionStatistics"


def test_a_template_that_may_not_be_seen_is_not_found(boss: User) -> None:
    hidden = template_for(3, [[by_user(boss)]], company_id=UserFactory().pk)
    (error,) = Api(UserFactory()).errors(ASK, workflowId=global_id("Workflow", hidden.pk))
    assert error["extensions"]["code"] == "NOT_FOUND"


def test_who_may_change_every_workflow_has_the_numbers_of_what_they_see(boss: User) -> None:
    editor = UserFactory(is_staff=True)
    editor.user_permissions.set(
        Permission.objects.filter(codename__in=["change_workflow", "view_workflow", "view_workflowattachment"])
    )
    approved(template_for(3, [[by_user(boss)]]), boss, 60)
    assert counted(editor) == 1


def test_one_request_counts_twenty_times_at_most(root: User) -> None:
    def asking(times: int) -> str:
        parts = " ".join(f"a{number}: byPeriod(period: DAY) {{ startsAt }}" for number in range(times))
        return f"{{ decisionStatistics {{ {parts} }} }}"

    assert Api(root).run(asking(10))
    (error,) = Api(root).errors(asking(20))
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize("people", [1, 8])
def test_a_page_of_numbers_costs_the_same_at_any_size(root: User, people: int, django_assert_num_queries: Any) -> None:
    for number in range(people):
        approver = UserFactory(username=f"approver-{number}")
        approved(template_for(3, [[by_user(approver)]]), approver, 60)
    api = Api(root)
    found(root)
    with django_assert_num_queries(8):
        assert len(api.run(ASK)["decisionStatistics"]["byPerson"]) == people
