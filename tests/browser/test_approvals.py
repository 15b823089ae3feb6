"""Approvals in the admin as an administrator edits them: rows, JSON, faults, and from right to left."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from gql_workflows.demo.server import Running
from tests.browser.administration import Administration, Approvals

pytestmark = pytest.mark.browser
STAGE = "stage_info"
REVIEWERS = ["Role-based Approval", "Finance reviewers", "One user with the role, in turn"]


@pytest.fixture
def stage(administration: Administration) -> Iterator[Approvals]:
    """The rows of a stage of the demo's template, which asks one role; afterwards it is as it was."""
    administration.open_row("stage", "Initial Review")
    address, rows = administration.page.url, Approvals(administration.page, STAGE)
    rows.turn("json")
    before = rows.json()
    administration.page.goto(address)
    yield rows
    administration.page.goto(address)
    rows.turn("json")
    rows.text.fill(json.dumps(before))
    administration.save()


def test_rows_are_added_searched_moved_and_stored(administration: Administration, stage: Approvals) -> None:
    assert stage.summary() == [REVIEWERS]
    quorum = stage.add(approval_type="role", role_selection_strategy="quorum", quorum_count="2")
    stage.search(quorum, "user_role", "exec", "Executives")
    person = stage.add(approval_type="user", step_approval_type="check_in_verify")
    stage.search(person, "approval_user", "fat", "fatima")
    stage.press(stage.rows.nth(2), "move='-1'")
    stage.press(stage.rows.nth(1), "move='-1'")
    assert [row[:2] for row in stage.summary()] == [
        ["A named user", "fatima"],
        ["Role-based Approval", "Finance reviewers"],
        ["Role-based Approval", "Executives"],
    ]
    administration.save()
    (told,) = administration.told()
    assert "was changed successfully" in told
    stored = stage.stored()
    assert stored["color"] == "#3498db"
    assert [approval.get("step_approval_type") for approval in stored["approvals"]] == ["check_in_verify", None, None]
    assert [approval.get("quorum_count") for approval in stored["approvals"]] == [None, None, 2]
    assert [*stored["approvals"][0]] == ["approval_type", "approval_user", "step_approval_type"]


def test_a_removed_row_is_gone(administration: Administration, stage: Approvals) -> None:
    stage.add(approval_type="team_head")
    stage.press(stage.rows.first, "remove")
    expect(stage.rows).to_have_count(1)
    administration.save()
    assert stage.stored() == {"color": "#3498db", "approvals": [{"approval_type": "team_head"}]}


def test_a_row_shows_the_fields_of_its_kind_and_sends_no_others(
    administration: Administration, stage: Approvals
) -> None:
    row = stage.rows.first
    own = ["approval_type", "user_role", "role_selection_strategy"]
    always = ["step_approval_type", "required_form", "condition", "deadline", "fallback_user", "fallback_role"]
    assert stage.visible(row) == [*own, *always]
    row.locator("[name$='-role_selection_strategy']").select_option("percentage")
    assert stage.visible(row) == [*own, "percentage_required", *always]
    row.locator("[name$='-approval_type']").select_option("self-approved")
    row.locator("[name$='-step_approval_type']").select_option("move")
    assert stage.visible(row) == [
        "approval_type",
        "step_approval_type",
        "condition",
        "deadline",
        "fallback_user",
        "fallback_role",
    ]
    administration.save()
    approval = {"approval_type": "self-approved", "step_approval_type": "move"}
    assert stage.stored()["approvals"] == [approval]


def test_a_fault_stands_at_its_row_and_what_was_typed_stays(administration: Administration, stage: Approvals) -> None:
    stage.add(approval_type="role", role_selection_strategy="percentage", percentage_required="120")
    administration.save()
    expect(stage.rows).to_have_count(2)
    field = stage.rows.nth(1).locator("[data-when]:has([name$='-user_role'])")
    expect(field.locator(".errorlist")).to_have_text("An approval by a role must name the role.")
    expect(stage.rows.first.locator(".errorlist")).to_have_count(0)
    stage.search(stage.rows.nth(1), "user_role", "exec", "Executives")
    administration.save()
    field = stage.rows.nth(1).locator("[data-when]:has([name$='-percentage_required'])")
    expect(field.locator(".errorlist")).to_have_text("A percentage is a number above 0 and at most 100.")
    expect(field.locator("input")).to_have_value("120")


def test_rows_become_json_and_back_with_nothing_lost(administration: Administration, stage: Approvals) -> None:
    stage.search(stage.add(approval_type="user"), "approval_user", "fat", "fatima")
    before = stage.summary()
    stage.turn("json")
    text = stage.json()
    assert (text["color"], len(text["approvals"])) == ("#3498db", 2)
    text["approvals"].reverse()
    stage.text.fill(json.dumps({**text, "notes": [1, None]}))
    stage.turn("form")
    assert stage.summary() == before[::-1]
    administration.save()
    assert stage.stored() == {**text, "notes": [1, None]}


def test_json_that_cannot_be_read_stays_and_says_why(stage: Approvals) -> None:
    stage.turn("json")
    stage.text.fill('{"approvals": ')
    stage.editor.locator("[name$='-mode'][value='form']").click()
    expect(stage.editor.locator("[data-alert]")).to_have_text("Enter a valid JSON.")
    expect(stage.text).to_have_value('{"approvals": ')


def test_new_pipelines_have_rows_of_their_own(administration: Administration) -> None:
    page = administration.page
    administration.open("workflow/add/")
    page.fill("#id_name_en", "Leave")
    page.select_option("#id_strategy", "2")
    for index in range(3):
        page.locator("#pipelines-group .add-row a").click()
        page.fill(f"#id_pipelines-{index}-name_en", f"Pipeline {index}")
        rows = Approvals(page, f"pipelines-{index}-pipeline_info")
        rows.add(approval_type="self-approved")
        rows.search(rows.add(approval_type="user"), "approval_user", "fat", "fatima")
    page.locator("#pipelines-1 .inline-deletelink").click()
    administration.save()
    for index, name in enumerate(["Pipeline 0", "Pipeline 2"]):
        expect(page.locator(f"#id_pipelines-{index}-name_en")).to_have_value(name)
        rows = Approvals(page, f"pipelines-{index}-pipeline_info")
        assert rows.summary() == [["Self approval"], ["A named user", "fatima"]]


def test_approvals_that_nobody_touched_are_sent_as_one_field(administration: Administration, stage: Approvals) -> None:
    sent: list[str] = []
    administration.page.on("request", lambda request: sent.append(request.post_data or ""))
    administration.page.fill("#id_name_ar", "المراجعة")
    administration.save()
    posted = next(body for body in sent if "name_ar" in body)
    assert "stage_info" in posted
    assert "stage_info-" not in posted
    assert Approvals(administration.page, STAGE).summary() == [REVIEWERS]


def test_the_rows_stand_from_right_to_left_in_arabic(administration: Administration, stage: Approvals) -> None:
    administration.speak("ar")
    administration.page.reload()
    row = stage.rows.first
    assert row.locator("legend").inner_text().split() == ["الموافقة", "1"]
    assert stage.editor.locator("[data-add]").inner_text() == "إضافة موافقة"
    places = [
        row.locator(what).bounding_box() for what in ("legend", "[data-remove]", "[data-when]:not([hidden]) >> nth=1")
    ]
    card, form = row.bounding_box(), administration.page.locator("#stage_form").bounding_box()
    assert card
    assert form
    assert all(places)
    heading, button, second = (place["x"] for place in places if place)
    assert button < heading
    assert second < heading
    assert form["x"] <= card["x"]
    assert card["x"] + card["width"] <= form["x"] + form["width"]


def test_without_scripts_rows_are_placed_by_number_and_removed_by_a_tick(
    chromium: Browser, server: Running, stage: Approvals
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(30_000)
    home = server.url.replace("/graphql/", "")
    page.goto(f"{home}/admin/login/?next=/admin/django_workflow_engine/stage/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", "admin-demo-1")
    page.click("[type=submit]")
    page.locator("#result_list").get_by_role("link", name="Initial Review", exact=True).first.click()
    page.select_option("[name=stage_info-1-approval_type]", "team_head")
    page.fill("[name=stage_info-1-ORDER]", "0")
    page.click("[name=_continue]")
    expect(page.locator("[name=stage_info-0-approval_type]")).to_have_value("team_head")
    page.check("[name=stage_info-1-DELETE]")
    page.click("[name=_continue]")
    expect(page.locator("[name=stage_info-1-approval_type]")).to_have_value("")
    assert json.loads(page.locator("textarea[name=stage_info]").input_value()) == {
        "color": "#3498db",
        "approvals": [{"approval_type": "team_head"}],
    }
    context.close()
