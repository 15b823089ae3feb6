"""The checked-in catalogues as the tests read them."""

from __future__ import annotations

from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from catalogues.__main__ import path_of
from catalogues.extraction import LANGUAGES, PACKAGES

EACH = [(package, language) for package in PACKAGES for language in LANGUAGES]
Key = tuple[str | None, str | tuple[str, ...]]


def catalog(package: str, language: str) -> Catalog:
    with path_of(package, language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def entries(found: Catalog) -> Iterator[Message]:
    """Every text, without the header."""
    return (entry for entry in found if entry.id)


def keys(found: Catalog) -> set[Key]:
    return {(entry.context, entry.id) for entry in entries(found)}


def translations(entry: Message) -> tuple[str, ...]:
    """The one translation, or one for each class of numbers."""
    return entry.string if isinstance(entry.string, tuple) else (entry.string or "",)


def originals(entry: Message) -> tuple[str, ...]:
    """The English text, or its singular and plural."""
    return entry.id if isinstance(entry.id, tuple) else (entry.id,)
