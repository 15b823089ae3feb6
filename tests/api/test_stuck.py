"""`stuckAttachments`: the runs that nobody can bring on, for whoever may mend them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, request_changes
from gql_workflows.ids import global_id
from gql_workflows.permissions import AccessPolicy
from tests.api.conftest import Office
from tests.api.limiting import asked, limited
from tests.client import Api
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import open_steps
from tests.testapp.models import Document

PAGE = """
query Stuck($first: Int, $after: String, $last: Int, $before: String) {
  stuckAttachments(first: $first, after: $after, last: $last, before: $before) {
    totalCount
    edges { node { attachment { id currentSteps { id } } problem message since } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
REASSIGN = """
mutation Reassign($input: ReassignStepInput!) { reassignStep(input: $input) { errors { code } } }
"""


class Muted(AccessPolicy):
    """Some runs are nobody's business."""

    def attachments(self, user: Any) -> Any:
        return super().attachments(user).exclude(metadata={"muted": True})


class ByStarter(AccessPolicy):
    """Whoever started a run mends it."""

    def may_mend(self, user: Any, attachment: WorkflowAttachment) -> bool:
        return attachment.started_by_id == user.pk


@pytest.fixture
def root(db: None) -> User:
    return UserFactory(username="root", is_staff=True, is_superuser=True)


@pytest.fixture
def gone(db: None) -> User:
    return UserFactory(username="gone")


def leave(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def attach(approver: User, *, strategy: int = 3, starter: User | None = None, **more: Any) -> WorkflowAttachment:
    template = template_for(strategy, [[by_user(approver)]], company_id=more.pop("company_id", None))
    return attach_workflow_to_object(DocumentFactory(), template, user=starter or UserFactory(), **more)


def page(user: User, **variables: Any) -> Any:
    return Api(user).run(PAGE, **variables)["stuckAttachments"]


def listed(user: User) -> list[str]:
    found = page(user)
    ids = [edge["node"]["attachment"]["id"] for edge in found["edges"]]
    assert found["totalCount"] == len(ids)
    return ids


def ids(*attachments: WorkflowAttachment) -> list[str]:
    return [global_id("WorkflowAttachment", attachment.pk) for attachment in attachments]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_run_is_listed_until_it_is_mended(strategy: WorkflowStrategy, root: User, gone: User) -> None:
    run, _other = attach(gone, strategy=strategy), attach(UserFactory(), strategy=strategy)
    assert listed(root) == []
    leave(gone)
    (edge,) = page(root)["edges"]
    (step,) = open_steps(Document.objects.get(pk=run.object_id))
    assert edge["node"] == {
        "attachment": {"id": ids(run)[0], "currentSteps": [{"id": global_id("ApprovalStep", step.pk)}]},
        "problem": "NO_ACTIVE_APPROVER",
        "message": "Nobody can complete what is asked: gone is inactive.",
        "since": step.started_at.isoformat(),
    }
    given = {"stepId": global_id("ApprovalStep", step.pk), "userId": global_id("User", UserFactory().pk)}
    assert Api(root).run(REASSIGN, input=given | {"reason": "Left"})["reassignStep"]["errors"] == []
    assert listed(root) == []


def test_every_problem_has_its_name(office: Office, root: User, gone: User) -> None:
    requester, asker = UserFactory(), UserFactory()
    alone, returned, idle, orphan = attach(gone), attach(asker, starter=requester), attach(asker), attach(asker)
    of_role = attach_workflow_to_object(office.document, office.template(3), user=office.owner)
    request_changes(step_id=open_steps(Document.objects.get(pk=returned.object_id))[0].pk, actor=asker, reason="More")
    leave(gone)
    leave(requester)
    office.role.delete()
    open_steps(Document.objects.get(pk=idle.object_id))[0].delete()
    Document.objects.get(pk=orphan.object_id).delete()
    told = {edge["node"]["attachment"]["id"]: edge["node"]["problem"] for edge in page(root)["edges"]}
    problems = ("NO_ACTIVE_APPROVER", "REQUESTER_GONE", "NO_OPEN_STEP", "TARGET_GONE", "ROLE_GONE")
    assert told == dict(zip(ids(alone, returned, idle, orphan, of_role), problems, strict=True))


class TestWhoIsShownWhich:
    def test_administrators_and_who_may_change_every_workflow_all_that_they_see(
        self, office: Office, root: User, gone: User
    ) -> None:
        editor = UserFactory()
        editor.user_permissions.add(Permission.objects.get(codename="change_workflow"))
        unseen, started = attach(gone), attach(gone, starter=editor)
        leave(gone)
        assert listed(root) == ids(started, unseen)
        assert listed(User.objects.get(pk=editor.pk)) == ids(started)

    def test_a_company_those_on_its_own_workflows(self, gone: User) -> None:
        company, other = UserFactory.create_batch(2)
        own, _started = attach(gone, company_id=company.pk), attach(gone, starter=company)
        leave(gone)
        assert listed(company) == ids(own)
        assert listed(other) == []

    def test_nobody_else_not_even_who_takes_part(self, gone: User) -> None:
        starter, approver = UserFactory(), UserFactory()
        attach(gone, starter=starter)
        leave(gone)
        for user in (starter, approver, UserFactory(is_staff=True)):
            assert listed(user) == []

    def test_nobody_what_the_project_hides(self, root: User, gone: User, settings: Any) -> None:
        settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.Muted"}
        attach(gone, metadata={"muted": True})
        shown = attach(gone)
        leave(gone)
        assert listed(root) == ids(shown)

    def test_as_a_rule_of_the_project_s_own_says(self, root: User, gone: User, settings: Any) -> None:
        settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.ByStarter"}
        starter = UserFactory()
        run, _other = attach(gone, starter=starter), attach(gone)
        leave(gone)
        assert listed(starter) == ids(run)
        assert listed(root) == []


def test_pages_follow_each_other_in_both_directions(root: User, gone: User) -> None:
    runs = [attach(gone) for _number in range(5)]
    leave(gone)
    newest_first = ids(*reversed(runs))

    def read(**variables: Any) -> list[str]:
        found = page(root, **variables)
        info.update(found["pageInfo"])
        assert found["totalCount"] == 5
        return [edge["node"]["attachment"]["id"] for edge in found["edges"]]

    info: dict[str, Any] = {}
    assert read(first=2) == newest_first[:2]
    assert info["hasNextPage"] is True
    assert read(first=3, after=info["endCursor"]) == newest_first[2:]
    assert info["hasNextPage"] is False
    assert read(last=2, before=info["startCursor"]) == newest_first[:2]


def test_a_page_has_the_price_of_looking_at_every_open_seat() -> None:
    page = "stuckAttachments(first: 1) { pageInfo { hasNextPage } }"
    with limited(COST=50_002):
        assert asked(f"{{ {page} }}") == ("COST", 50_002, 50_003)
    four = " ".join(f"s{number}: {page}" for number in range(4))
    assert asked(f"{{ {four} }}") == ("COST", 200_000, 200_012)
