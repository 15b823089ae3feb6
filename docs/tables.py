"""Writes the tables of settings into the pages anew, from the code's own: `python -m docs.tables`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from django_workflow_engine.conf.beside import BESIDE
from django_workflow_engine.conf.engine import ENGINE
from django_workflow_engine.options import Plain
from gql_workflows.conf.options import API

HERE: Final = Path(__file__).resolve().parent
_ROW: Final = re.compile(r"\| `(\w+)` \|")
PAGES: Final[Mapping[Path, tuple[Plain, ...]]] = {
    HERE / "engine" / "setup.md": (ENGINE, BESIDE),
    HERE / "settings.md": (API,),
}


def written_anew(lines: list[str], tables: tuple[Plain, ...]) -> Iterator[str]:
    """The lines of a page with the rows of these tables as the code has them, in place of the rows that it has."""
    waiting = list(tables)
    for before, line in zip(["", *lines], lines, strict=False):
        if _ROW.match(line) is None:
            yield line
        elif _ROW.match(before) is None:  # the first row of a table
            yield from waiting.pop(0).rows()


if __name__ == "__main__":
    for page, tables in PAGES.items():
        text = page.read_text(encoding="utf-8")
        page.write_text("\n".join([*written_anew(text.splitlines(), tables), ""]), encoding="utf-8")
