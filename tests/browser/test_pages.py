"""The admin's pages of runs in a window: lists that are not cut, and titles of two directions in their order."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from gql_workflows.demo.client import Client
from gql_workflows.demo.operations import ATTACH
from gql_workflows.demo.server import Running
from tests.browser.administration import Administration

pytestmark = pytest.mark.browser
LISTS = [
    *("workflow", "pipeline", "stage", "workflowaction", "workflowconfiguration"),
    *("workflowattachment", "workflowevent", "actionrun"),
]
# Where each piece of a title begins: what is read first stands on the right in Arabic.
PIECES = """heading => {
    const text = heading.firstChild, at = piece => {
        const range = document.createRange(), start = text.data.indexOf(piece);
        range.setStart(text, start); range.setEnd(text, start + piece.length);
        return range.getBoundingClientRect().right;
    };
    return ["طلب شراء", "Laptops", "قيد التنفيذ"].map(at);
}"""


@pytest.fixture(scope="module")
def attached(server: Running) -> str:
    """The first request runs: its key."""
    key = server.seed["purchase_requests"][0].split(":")[-1]
    client = Client(server.url, "erin", "erin-demo-1")
    target = {"model": "demo.PurchaseRequest", "id": key}
    answer = client.run(ATTACH, input={"workflowId": server.seed["template"], "target": target})
    assert answer["attachWorkflow"]["errors"] == []
    client.close()
    return key


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 1400])
def test_no_list_is_cut(administration: Administration, attached: str, language: str, width: int) -> None:
    administration.speak(language)
    administration.page.set_viewport_size({"width": width, "height": 900})
    cut = {}
    for model in LISTS:
        administration.open(f"{model}/")
        inside = "box => box.scrollWidth - box.clientWidth"
        cut[model] = administration.page.locator(".results").evaluate_all(f"boxes => boxes.map({inside})")
    assert {model: widths for model, widths in cut.items() if any(widths)} == {}


def test_a_title_of_two_directions_is_read_in_its_order(administration: Administration, attached: str) -> None:
    administration.speak("ar")
    administration.open("workflowattachment/")
    administration.page.locator("#result_list tbody th a").first.click()
    administration.page.wait_for_url("**/change/**")
    object_kind, title, status = administration.page.locator("#content h2").first.evaluate(PIECES)
    assert object_kind > title > status


def test_a_template_in_use_says_why_it_stays(administration: Administration, attached: str) -> None:
    administration.open_row("workflow", "Purchase Request Approval")
    administration.page.locator(".deletelink").click()
    assert "is in use by 1 run" in administration.page.locator("#deleted-objects").inner_text()
    administration.page.locator("#deleted-objects a").first.click()
    expect(administration.page.locator("#result_list tbody tr")).to_have_count(1)
