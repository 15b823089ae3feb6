"""What a visitor of the demo does in GraphiQL."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from gql_workflows.demo.client import Client
from gql_workflows.demo.operations import INBOX
from gql_workflows.demo.server import Running
from tests.browser.explorer import Explorer

pytestmark = pytest.mark.browser

TABS = ["SignIn", "Templates", "CreateTemplate", "Attach", "MyApprovals", "Approve", "Watch"]


def test_the_first_visit_opens_with_the_examples_and_their_variables(explorer: Explorer) -> None:
    explorer.expect_tabs(TABS)
    assert "mutation SignIn" in explorer.query()
    assert explorer.variables() == {"username": "erin", "password": "erin-demo-1"}


def test_nothing_is_underlined_in_the_examples_and_a_wrong_variable_is(explorer: Explorer) -> None:
    explorer.expect_tabs(TABS)
    assert explorer.faults() == []
    for name in TABS[1:]:
        explorer.choose(name)
        assert explorer.faults() == [], name
    explorer.choose("Attach")
    explorer.set_variables(input={"workflowId": "x"})
    assert explorer.faults() == ['Object of type "AttachWorkflowInput" is missing required field "target".']


def test_the_first_example_signs_in_and_the_second_lists_the_demos_template(explorer: Explorer) -> None:
    assert explorer.run()["data"]["login"]["errors"] == []
    explorer.choose("Templates")
    (edge,) = explorer.run()["data"]["workflows"]["edges"]
    assert edge["node"]["nameEn"] == "Purchase Request Approval"
    stages = [stage["nameEn"] for pipeline in edge["node"]["pipelines"] for stage in pipeline["stages"]]
    assert stages == ["Initial Review", "Budget Approval", "Final Sign-off", "Executive Approval"]


def test_whoever_is_not_signed_in_is_told_so(explorer: Explorer) -> None:
    explorer.choose("Templates")
    explorer.start()
    (error,) = explorer.answer_that_has("UNAUTHENTICATED")["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_reload_keeps_the_tabs_and_adds_none(explorer: Explorer) -> None:
    explorer.choose("Attach")
    explorer.page.wait_for_timeout(1000)  # GraphiQL stores its tabs with a delay
    explorer.open()
    explorer.expect_tabs(TABS)
    assert "mutation Attach" in explorer.query()


def test_the_documentation_shows_a_described_field(explorer: Explorer) -> None:
    page = explorer.page
    page.get_by_role("button", name="Show Documentation Explorer").click()
    pane = page.locator(".graphiql-doc-explorer")
    pane.get_by_text("Query", exact=True).click()
    pane.get_by_text("myApprovals", exact=True).click()
    expect(pane).to_contain_text("The steps that wait for you")
    expect(pane).to_contain_text("ApprovalStepConnection!")


def test_the_history_lists_what_was_run(explorer: Explorer) -> None:
    page = explorer.page
    explorer.run()
    page.get_by_role("button", name="Show History").click()
    expect(page.locator(".graphiql-history")).to_contain_text("SignIn")


def test_an_example_can_be_opened_again(explorer: Explorer) -> None:
    page = explorer.page
    page.get_by_role("button", name="Show Examples").click()
    page.get_by_role("button", name="Create a template").click()
    explorer.expect_tabs([*TABS, "CreateTemplate"])
    explorer.expect_operation("CreateTemplate")
    assert explorer.variables()["input"]["nameEn"] == "Small purchases"


def test_typing_offers_the_schemas_fields(explorer: Explorer) -> None:
    page = explorer.page
    page.get_by_role("button", name="New tab").click()
    page.locator(".graphiql-query-editor .CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("{ myApp")
    page.locator(".CodeMirror-hints").get_by_text("myApprovals", exact=True).wait_for()


def test_the_dialogs_and_the_dark_theme_open_under_the_policy(explorer: Explorer) -> None:
    page = explorer.page
    page.get_by_role("button", name="Open short keys dialog").click()
    page.get_by_role("dialog").get_by_text("Execute query").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open settings dialog").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("body.graphiql-dark")).to_have_count(1)


def test_the_template_of_the_example_is_created_by_its_company(explorer: Explorer) -> None:
    explorer.set_variables(username="acme", password="acme-demo-1")
    explorer.run()
    explorer.choose("CreateTemplate")
    answer = explorer.run()["data"]["createWorkflow"]
    assert answer["errors"] == []
    assert answer["workflow"]["completionStatus"]["isComplete"] is True


def test_a_subscription_shows_an_approval_as_it_happens(explorer: Explorer, server: Running) -> None:
    explorer.run()
    explorer.choose("Attach")
    attached = explorer.run()["data"]["attachWorkflow"]
    assert attached["errors"] == []
    run, (step,) = attached["attachment"], attached["attachment"]["currentSteps"]

    explorer.choose("Watch")
    explorer.set_variables(attachmentId=run["id"])
    explorer.start()
    first = explorer.answer_that_has('"percentage": 0')["data"]["attachmentChanged"]
    assert first["currentSteps"] == [{"id": step["id"], "assignedTo": step["assignedTo"]}]

    approve(server, step["assignedTo"]["username"])
    then = explorer.answer_that_has('"percentage": 25')["data"]["attachmentChanged"]
    assert (then["status"], then["currentStage"]["nameEn"]) == ("IN_PROGRESS", "Budget Approval")
    explorer.page.get_by_role("button", name="Stop query").click()


def approve(server: Running, username: str) -> None:
    """The decision of somebody else, in a session of their own."""
    reviewer = Client(server.url, username, f"{username}-demo-1")
    (edge,) = reviewer.run(INBOX, workflow=server.seed["template"])["myApprovals"]["edges"]
    document = "mutation ($id: ID!) { approveStep(input: { stepId: $id }) { errors { code } } }"
    assert reviewer.run(document, id=edge["node"]["id"]) == {"approveStep": {"errors": []}}
    reviewer.close()
