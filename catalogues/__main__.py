"""Bring every .po file up to date with the source and compile it; new texts are left to be translated."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from catalogues.extraction import LANGUAGES, PACKAGES, extracted
from engine.hatch_build import ROOT, compile_catalogues

# The classes of numbers in each language, in the words of gettext; Django's own catalogues have the same.
PLURALS: Final = {
    "en": "nplurals=2; plural=(n != 1);",
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 "
        ": n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
}
HEADER: Final = """\
# The texts of {package} in the language "{language}".
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def path_of(package: str, language: str) -> Path:
    """The .po file of a package in a language."""
    return ROOT / package / "locale" / language / "LC_MESSAGES" / "django.po"


def update(package: str, language: str) -> int:
    """Give the .po file an entry for each text of the source and no other; the number of those without a translation.

    Nothing is guessed: what was translated stays, what is new is empty. English needs no translation: its catalogue has
    no texts, and is there so that the language is one that we have.
    """
    path, header = (
        path_of(package, language),
        HEADER.format(package=package, language=language, plurals=PLURALS[language]),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = path.read_text(encoding="utf-8").split("\n\n", 1)[-1] if path.exists() else ""
    catalog = read_po(BytesIO((header + kept).encode()), locale=language)
    catalog.update(extracted(package) if language != "en" else Catalog(), no_fuzzy_matching=True)
    body = BytesIO()
    write_po(body, catalog, width=120, omit_header=True, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    path.write_text(header + body.getvalue().decode(), encoding="utf-8")
    return sum(not _is_translated(catalog, entry.id) for entry in catalog if entry.id)


def _is_translated(catalog: Catalog, key: object) -> bool:
    text = catalog.get(key).string  # type: ignore[arg-type,union-attr]
    return all(text) if isinstance(text, tuple) else bool(text)


def main() -> None:
    """Update all, compile all, and say what is left to do."""
    for package in PACKAGES:
        for language in LANGUAGES:
            missing = update(package, language)
            print(f"{path_of(package, language).relative_to(ROOT)}: {missing} texts to translate")
    compile_catalogues(ROOT)


if __name__ == "__main__":
    main()
