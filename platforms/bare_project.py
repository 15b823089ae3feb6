"""Asked in the bare project, by its own interpreter: what the packages bring, and a session over the API."""

from __future__ import annotations

import importlib.util
import json
import os
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bare.settings"
django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402 - Django is set up only now
from django.contrib.staticfiles import finders  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils.translation import gettext, override  # noqa: E402

from django_workflow_engine.services import get_workflow_attachment  # noqa: E402

OF_EXTRAS = ("celery", "channels", "corsheaders", "environ", "httpx", "oauth2_provider", "uvicorn")


LOGIN = """mutation {
  login(username: "root", password: "bare-project-1") { errors { code } viewer { user { username } } }
}"""
CREATE = """mutation($user: ID!) {
  createWorkflow(input: {
    nameEn: "Bare", strategy: WORKFLOW_ONLY, approvals: [{ approvalType: USER, approvalUser: $user }]
  }) { errors { code path } workflow { id } }
}"""
ATTACH = """mutation($workflow: ID!, $group: ID!) {
  attachWorkflow(input: { workflowId: $workflow, target: { model: "auth.Group", id: $group } }) {
    errors { code path } attachment { currentSteps { id } }
  }
}"""
APPROVE = "mutation($step: ID!) { approveStep(input: { stepId: $step }) { errors { code } outcome } }"


def ask(client: Client, document: str, **variables: str) -> Any:
    """The `data` of an answer, which has no errors."""
    request = {"query": document, "variables": variables}
    answer = client.post("/graphql", request, content_type="application/json")
    body = json.loads(answer.content)
    assert (answer.status_code, body.get("errors")) == (200, None), body
    return body["data"]


def main() -> None:
    """Fail at the first thing that is not as it should be."""
    assert [name for name in OF_EXTRAS if importlib.util.find_spec(name)] == []
    assert importlib.util.find_spec("gql_workflows.demo") is None
    with override("ar"):
        assert gettext("workflow") != "workflow"

    setup_test_environment()
    client = Client()
    page = client.get("/graphql", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert finders.find("gql_workflows/graphiql/manifest.json")
    _runs_a_workflow(client)


def _runs_a_workflow(client: Client) -> None:
    root = User.objects.create_superuser("root", password="bare-project-1")
    group = Group.objects.create(name="Buyers")
    assert ask(client, LOGIN) == {"login": {"errors": [], "viewer": {"user": {"username": "root"}}}}
    me = ask(client, "{ viewer { user { id } } }")["viewer"]["user"]["id"]
    made = ask(client, CREATE, user=me)["createWorkflow"]
    assert made["errors"] == []
    attached = ask(client, ATTACH, workflow=made["workflow"]["id"], group=str(group.pk))["attachWorkflow"]
    assert attached["errors"] == []
    (step,) = attached["attachment"]["currentSteps"]
    assert ask(client, APPROVE, step=step["id"]) == {"approveStep": {"errors": [], "outcome": "WORKFLOW_COMPLETED"}}
    assert get_workflow_attachment(group).started_by == root


if __name__ == "__main__":
    main()
    print("As it should be")
