"""Runs the pages of the guide inside of the reader's project; `test_examples` starts it in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings
from sybil import Example
from sybil.evaluators.python import PythonEvaluator

from tests.docs.guide import PAGES, SETTINGS, examples_of

run_python = PythonEvaluator()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path, stack: ExitStack) -> None:
    def evaluate(example: Example) -> None:
        title = example.region.lexemes["title"]
        if title is None:
            run_python(example)
        elif title == SETTINGS:
            use_settings(str(example.parsed), stack)

    for example in examples_of(page, evaluate):
        example.evaluate()


def use_settings(source: str, stack: ExitStack) -> None:
    """Have these settings for the rest of the page, and Django's checks content with them."""
    written: dict[str, Any] = {}
    exec(compile(source, SETTINGS, "exec"), written)
    stack.enter_context(override_settings(**{name: value for name, value in written.items() if name.isupper()}))
    assert run_checks() == []
