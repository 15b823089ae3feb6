"""docs/clients.md: its Python runs against a live server, and what it shows of the examples is what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from gql_workflows import conf
from gql_workflows.demo.server import Running

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "clients.md").read_text("utf-8")
BLOCK = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<source>.*?)^```$', re.MULTILINE | re.DOTALL
)
ADDRESS = "http://127.0.0.1:8000/graphql/"


def blocks(language: str, title: str | None = None) -> Iterator[str]:
    for found in BLOCK.finditer(PAGE):
        if (found["language"], found["title"]) == (language, title):
            yield found["source"]


def test_the_python_of_the_page_runs_in_its_order(server: Running) -> None:
    sources = list(blocks("python"))
    assert len(sources) == 3
    assert ADDRESS in sources[0]
    namespace: dict[str, Any] = {}
    for source in sources:
        exec(compile(source.replace(ADDRESS, server.url), "docs/clients.md", "exec"), namespace)
    namespace["api"].close()


def test_the_generators_configuration_is_the_examples_own() -> None:
    (shown,) = blocks("ts", "codegen.ts")
    assert shown == (ROOT / "examples" / "typescript" / "codegen.ts").read_text("utf-8")


def test_the_setting_of_the_page_is_the_one_that_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (source,) = blocks("python", "settings.py")
    written: dict[str, Any] = {"BASE_DIR": tmp_path}
    exec(source, written)
    monkeypatch.setattr(settings, "GQL_WORKFLOWS", written["GQL_WORKFLOWS"], raising=False)
    assert conf.trusted_documents() == tmp_path / "trusted.json"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(\.\./([^)#]+)\)", PAGE))))
def test_every_place_that_the_page_leads_to_is_there(target: str) -> None:
    assert (ROOT / target).exists()
