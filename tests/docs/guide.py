"""The engine's guide as its tests read it: pages, and the Python blocks on them.

A block with a title, as in ```python title="shop/models.py"```, is a file of the reader's project. Every other block is
a statement of its page, run in the order of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sybil import Document, Example, Region
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer
from sybil.typing import Evaluator

ROOT: Final = Path(__file__).resolve().parents[2]
GUIDE: Final = ROOT / "docs" / "engine"
PAGES: Final = tuple(sorted(GUIDE.glob("*.md")))
SETTINGS: Final = "settings.py"
_PYTHON: Final = re.compile(r'python(?: title="(?P<title>[^"]+)")?$\n', re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class File:
    """A piece of one file of the reader's project."""

    path: str
    source: str


def examples_of(page: Path, evaluate: Evaluator) -> Iterator[Example]:
    """The Python blocks of a page in order, each to be run by `evaluate`."""

    def parser(document: Document) -> Iterable[Region]:
        for region in RawFencedCodeBlockLexer(_PYTHON)(document):
            region.parsed, region.evaluator = region.lexemes["source"], evaluate
            yield region

    return iter(Document.parse(str(page), parser))


def files_of(page: Path) -> Iterator[File]:
    """The pieces of files that a page shows, in order."""
    for example in examples_of(page, lambda example: None):
        title = example.region.lexemes["title"]
        if title:
            yield File(path=title, source=str(example.parsed))
