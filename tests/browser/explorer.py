"""GraphiQL as its user meets it: tabs, editors, the button, the answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, expect

QUERY = ".graphiql-query-editor"
VARIABLES = '[aria-label="Variables"] .graphiql-editor:not(.hidden)'
RESPONSE = ".graphiql-response"
# The policy's own reports, for what the console does not repeat.
REPORTS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`));
"""


class Explorer:
    """One browser page, which also remembers what it sent where and what went wrong in it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        page.add_init_script(REPORTS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{error.name}: {error.message}"))
        page.on("request", self._sent)

    def open(self) -> Explorer:
        """Load the page and wait until GraphiQL has read the schema."""
        with self.page.expect_response(lambda response: response.request.method == "POST"):
            self.page.goto(self.url)
        self.page.locator(f"{QUERY} .CodeMirror").wait_for()
        return self

    def expect_tabs(self, names: Sequence[str]) -> None:
        """Wait until the tabs have these names, and no others are there."""
        expect(self.page.get_by_role("tab")).to_have_text(names, use_inner_text=True)

    def choose(self, name: str) -> None:
        """Turn to the tab with this operation."""
        self.page.get_by_role("tab", name=name, exact=True).click()
        self.expect_operation(name)

    def expect_operation(self, name: str) -> None:
        """Wait until the editor has read its document anew, which it does a moment after the last key."""
        self.page.wait_for_function(
            "([place, name]) => document.querySelector(`${place} .CodeMirror`)?.CodeMirror.operationName === name",
            arg=[QUERY, name],
        )

    def run(self) -> dict[str, Any]:
        """Press the button and wait for the answer to one operation."""
        with self.page.expect_response(lambda response: response.request.method == "POST"):
            self.start()
        return self.answer_that_has("data")

    def start(self) -> None:
        """Press the button."""
        self.page.get_by_role("button", name="Execute query").click()

    def answer_that_has(self, text: str) -> dict[str, Any]:
        """The answer that is shown, as soon as it has this text in it."""
        self.page.wait_for_function(
            "([place, text]) => document.querySelector(`${place} .CodeMirror`)?.CodeMirror.getValue().includes(text)",
            arg=[RESPONSE, text],
        )
        answer: dict[str, Any] = json.loads(self._text(RESPONSE))
        return answer

    def query(self) -> str:
        """What stands in the editor."""
        return self._text(QUERY)

    def variables(self) -> dict[str, Any]:
        """What stands in the editor of variables."""
        variables: dict[str, Any] = json.loads(self._text(VARIABLES))
        return variables

    def set_variables(self, **values: Any) -> None:
        """Write the variables anew."""
        self.page.evaluate(
            "([place, text]) => document.querySelector(`${place} .CodeMirror`).CodeMirror.setValue(text)",
            [VARIABLES, json.dumps(values, indent=2)],
        )

    def faults(self) -> list[str]:
        """What is underlined in the query and in its variables, once both are read with the schema."""
        self.page.wait_for_timeout(1000)  # the editors look at their texts a moment after the last change
        found: list[str] = self.page.evaluate(
            "(places) => places.flatMap((place) => document.querySelector(`${place} .CodeMirror`).CodeMirror"
            ".getAllMarks().map((mark) => mark.__annotation?.message).filter(Boolean))",
            [QUERY, VARIABLES],
        )
        return found

    def violations(self) -> list[str]:
        """What the page's policy has stopped."""
        found: list[str] = self.page.evaluate("window.violations")
        return found

    def _text(self, place: str) -> str:
        text: str = self.page.evaluate(
            "(place) => document.querySelector(`${place} .CodeMirror`).CodeMirror.getValue()", place
        )
        return text

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _sent(self, request: Request) -> None:
        if not request.url.startswith("data:"):
            self.hosts.add(urlsplit(request.url).netloc)
