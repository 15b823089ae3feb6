"""A failed run of an action in the admin: its two buttons."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from gql_workflows.demo.client import Client
from gql_workflows.demo.operations import ATTACH
from gql_workflows.demo.server import Running
from tests.browser.administration import Administration

pytestmark = pytest.mark.browser
MAIL = "django_workflow_engine.action_handlers.send_workflow_start_notification"
CREATE_ACTION = """
mutation CreateAction($input: CreateActionInput!) { createAction(input: $input) { errors { code path } } }
"""


@pytest.fixture
def failed(server: Running) -> str:
    """A mail at the start of a run that had nobody to go to: how it is listed."""
    admin, requester = (Client(server.url, name, f"{name}-demo-1") for name in ("admin", "erin"))
    action = {"actionType": "ON_WORKFLOW_START", "functionPath": MAIL}
    created = admin.run(CREATE_ACTION, input={"workflowId": server.seed["template"], "action": action})
    assert created["createAction"]["errors"] == []
    target = {"model": "demo.PurchaseRequest", "id": server.seed["purchase_requests"][0].split(":")[-1]}
    attached = requester.run(ATTACH, input={"workflowId": server.seed["template"], "target": target})
    assert attached["attachWorkflow"]["errors"] == []
    for client in (admin, requester):
        client.close()
    return MAIL


def test_a_failed_run_is_retried_and_then_skipped(administration: Administration, failed: str) -> None:
    page = administration.page
    administration.open("actionrun/")
    page.locator("#result_list tbody a").first.click()
    status = page.locator(".field-status .readonly")
    expect(page.locator(".field-function .readonly")).to_have_text(f"Mail about the start ({failed})")
    expect(status).to_have_text("Failed; it will be tried again")
    page.get_by_role("button", name="Retry").click()
    page.wait_for_url("**/change/")
    assert administration.told() == ["The run is tried once more."]
    expect(page.locator(".field-attempts .readonly")).to_have_text("2")
    page.get_by_role("button", name="Skip").click()
    expect(status).to_have_text("Skipped by hand")
    assert administration.told() == ["The run is not tried again."]
    expect(page.get_by_role("button", name="Retry")).to_have_count(0)
