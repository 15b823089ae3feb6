"""The texts in the source of a package that are marked for translation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from typing import Any, BinaryIO, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from django.utils.translation.template import templatize

from engine.hatch_build import ROOT

PACKAGES: Final = ("django_workflow_engine", "gql_workflows")
LANGUAGES: Final = ("en", "ar")
# Babel's names and Django's, and what a module calls the one that is not lazy when it has both.
KEYWORDS: Final[Mapping[str, Any]] = {
    **DEFAULT_KEYWORDS,
    "_now": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def extract_template(file: BinaryIO, keywords: Any, comment_tags: Collection[str], options: Any) -> Iterator[Any]:
    """The texts of a Django template, which Django itself turns into something like Python."""
    source = "\n".join(line.strip() for line in templatize(file.read().decode()).splitlines())
    return extract_python(BytesIO(source.encode()), keywords, comment_tags, options)


_METHODS: Final[Any] = [
    ("**/migrations/**.py", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.*", extract_template),
]


def extracted(package: str) -> Catalog:
    """Every text that the package's source marks now, with the files that it stands in."""
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(ROOT / package, _METHODS, keywords=KEYWORDS)
    for path, line, message, _comments, context in sorted(found, key=lambda text: text[:2]):
        catalog.add(message, None, [(f"{package}/{path}", line)], context=context)
    return catalog
