"""What a browser without scripts would send of a page: the controls of its form, as they are filled in."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any


class _Controls(HTMLParser):
    """Collects the values of a page's enabled controls; what is inside of a template is none."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select: str | None = None
        self._textarea: str | None = None
        self._templates = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        name = given.get("name")
        self._templates += tag == "template"
        if self._templates:
            return
        if tag == "input" and name and given.get("type") not in ("submit", "button"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.values[name] = given.get("value") or ""
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select and (self._select not in self.values or "selected" in given):
            self.values[self._select] = given.get("value") or ""
        elif tag == "textarea" and name:
            self._textarea, self.values[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea and not self._templates:
            self.values[self._textarea] += data


def controls(html: str) -> dict[str, str]:
    """The values by the names of the controls; the line break that begins every textarea is the browser's own."""
    found = _Controls()
    found.feed(html)
    return {name: re.sub(r"\A\r?\n", "", value) for name, value in found.values.items()}
