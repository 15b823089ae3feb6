"""What is wrong with a template, as who may change it is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.client import Api
from tests.factories import STRATEGIES, UserFactory
from tests.runs import attachment_of

PROBLEMS = "completionStatus { isComplete canBeActivated problems { code severity message path } }"
WORKFLOW = f"query ($id: ID!) {{ workflow(id: $id) {{ {PROBLEMS} }} }}"
RUN = f"query ($id: ID!) {{ attachment(id: $id) {{ workflow {{ {PROBLEMS} }} }} }}"
PATHS = {
    1: ["pipelines", "0", "stages", "0", "approvals", "0", "userRole"],
    2: ["pipelines", "0", "approvals", "0", "userRole"],
    3: ["approvals", "0", "userRole"],
}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_who_may_change_a_template_is_told_what_is_wrong_with_it(office: Office, strategy: WorkflowStrategy) -> None:
    author = UserFactory()
    author.user_permissions.add(Permission.objects.get(codename="change_workflow"))
    template = office.template(strategy, positions=1, company_id=author.pk)
    given = {"id": global_id("Workflow", template.pk)}
    assert Api(author).run(WORKFLOW, **given)["workflow"]["completionStatus"] == {
        "isComplete": True,
        "canBeActivated": True,
        "problems": [],
    }
    User.objects.filter(pk__in=[member.pk for member in office.members]).update(is_active=False)
    status = Api(author).run(WORKFLOW, **given)["workflow"]["completionStatus"]
    (problem,) = status["problems"]
    assert (status["isComplete"], problem["code"], problem["severity"]) == (True, "ROLE_EMPTY", "ERROR")
    assert problem["path"] == PATHS[strategy]
    assert problem["message"].endswith(": the role “Managers” has no active member.")
    (arabic,) = Api(author, accept_language="ar").run(WORKFLOW, **given)["workflow"]["completionStatus"]["problems"]
    assert arabic["message"] != problem["message"]


def test_who_only_takes_part_is_told_nothing_of_people_and_functions(office: Office, owner: Api) -> None:
    company: Any = UserFactory()
    attach_workflow_to_object(office.document, office.template(3, company_id=company.pk), user=office.owner)
    User.objects.filter(pk__in=[member.pk for member in office.members]).update(is_active=False)
    given = {"id": global_id("WorkflowAttachment", attachment_of(office.document).pk)}
    assert owner.run(RUN, **given)["attachment"]["workflow"]["completionStatus"]["problems"] == []
