"""Builds the compiled catalogues: a wheel and an editable install hold the texts of the .po files of that moment."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).parent
SOURCES: Final = "*/locale/*/LC_MESSAGES/django.po"
_NO_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)


class CatalogueHook(BuildHookInterface[Any]):
    """Compiles before anything is packed, into the source tree, where an editable install looks."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the compiled catalogues; the build's `artifacts` put them into the wheel."""
        compile_catalogues(Path(self.root))


def compile_catalogues(root: Path) -> None:
    """Write a .mo file beside every .po file below `root`."""
    for source in sorted(root.glob(SOURCES)):
        source.with_suffix(".mo").write_bytes(compiled(source))


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
