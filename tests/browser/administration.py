"""The admin as an administrator meets it in a browser, under a policy that allows nothing inline."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.explorer import REPORTS

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)


class Administration:
    """One browser with the demo's administrator signed in, which also remembers what went wrong in it."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.home = context, f"http://{urlsplit(url).netloc}"
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.add_init_script(REPORTS)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(f"{error.name}: {error.message}"))
        self.page.route("**/admin/**", _with_policy)

    def sign_in(self) -> Administration:
        """Fill in the admin's own form."""
        self.page.goto(f"{self.home}/admin/login/?next=/admin/")
        self.page.fill("[name=username]", "admin")
        self.page.fill("[name=password]", "admin-demo-1")
        self.page.click("[type=submit]")
        return self

    def speak(self, language: str) -> None:
        """Read the pages in this language from now on."""
        self.context.add_cookies([{"name": "django_language", "value": language, "url": self.home}])

    def open(self, path: str) -> None:
        """A page of the engine's models."""
        self.page.goto(f"{self.home}/admin/django_workflow_engine/{path}")

    def open_row(self, model: str, name: str) -> None:
        """The page of the row with this name, by way of its list."""
        self.open(f"{model}/")
        self.page.locator("#result_list").get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_url("**/change/**")

    def save(self) -> None:
        """Store the page and stay on it."""
        with self.page.expect_navigation():
            self.page.locator("[name=_continue]").click()

    def told(self) -> list[str]:
        """The messages at the top of the page."""
        return self.page.locator(".messagelist li").all_inner_texts()

    def violations(self) -> list[str]:
        """What the policy has stopped on this page."""
        found: list[str] = self.page.evaluate("window.violations")
        return found


class Approvals:
    """The rows of one field on the page."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name
        self.editor = page.locator(f".approvals:has([name='{name}-TOTAL_FORMS'])")
        self.rows = self.editor.locator("[data-row]")
        self.text = self.editor.locator("[data-part='json'] textarea")

    def add(self, **values: str) -> Locator:
        """One more row with these values."""
        self.editor.locator("[data-add]").click()
        row = self.rows.last
        for key, value in values.items():
            control = row.locator(f"[name$='-{key}']")
            if control.evaluate("control => control.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        return row

    def search(self, row: Locator, key: str, text: str, choice: str) -> None:
        """Choose a row by what its name has in it."""
        row.locator(f"[data-when]:has([name$='-{key}']) .select2-selection").click()
        self.page.locator(".select2-search__field").fill(text)
        self.page.locator(".select2-results__option").get_by_text(choice, exact=True).click()

    def press(self, row: Locator, what: str) -> None:
        """One of a row's buttons: "move='-1'", "move='1'" or "remove"."""
        row.locator(f"[data-{what}]").click()

    def visible(self, row: Locator) -> list[str]:
        """The keys whose fields a row shows."""
        names: list[str] = row.evaluate(
            "row => [...row.querySelectorAll('[data-when]')].filter(field => field.offsetParent !== null)"
            ".map(field => field.querySelector('select, input, textarea').name.split('-').at(-1))"
        )
        return names

    def turn(self, mode: str) -> None:
        """Show the same as "json" or as "form"."""
        self.editor.locator(f"[name$='-mode'][value='{mode}']").check()
        expect(self.editor.locator(f"[data-part='{mode}']")).to_be_visible()

    def json(self) -> Any:
        """What stands in the text."""
        return json.loads(self.text.input_value())

    def stored(self) -> Any:
        """What the page shows of what is stored, as JSON."""
        self.page.reload()
        self.turn("json")
        return self.json()

    def summary(self) -> list[list[str]]:
        """What each row says: the texts of its choices, and the other values."""
        found: list[list[str]] = self.rows.evaluate_all(
            "rows => rows.map(row => "
            "[...row.querySelectorAll('[data-when]:not([hidden]) :is(select, input, textarea)')]"
            ".filter(control => control.name).map(control => control.selectedOptions?.[0]?.text ?? control.value)"
            ".filter(text => text && text !== 'Approve'))"
        )
        return found


def _with_policy(route: Route) -> None:
    # The server closes a connection that nobody used for a while, perhaps just when it is used again.
    response = route.fetch(max_redirects=0, max_retries=3)
    route.fulfill(response=response, headers={**response.headers, "content-security-policy": POLICY})
