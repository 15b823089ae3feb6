"""Reading event logs in XES (IEEE 1849): `log > trace > event`, each with attributes that have a key and a value."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

NAME = "concept:name"


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One case of a log: its name, and the names of what happened, in the log's order."""

    name: str
    events: tuple[str, ...]


class NotXes(ValueError):
    """A file that is no event log; the text says which, and what is wrong."""


def traces(path: Path) -> Iterator[Trace]:
    """The traces of a log, plain or compressed by gzip, one after the other; the file is never whole in memory.

    Raises NotXes for what is no XML, or has no traces; OSError for what cannot be read.
    """
    found = False
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for _end, element in ElementTree.iterparse(file):
                if _tag(element) == "trace":
                    found = True
                    yield _trace(element)
                    element.clear()
    except (ElementTree.ParseError, EOFError, gzip.BadGzipFile) as error:
        raise NotXes(f"{path} is no event log in XES: {error}") from error
    if not found:
        raise NotXes(f"{path} has no traces")


def _trace(element: ElementTree.Element) -> Trace:
    events = [child for child in element if _tag(child) == "event"]
    return Trace(
        name=_attributes(element).get(NAME, ""), events=tuple(_attributes(one).get(NAME, "") for one in events)
    )


def _attributes(element: ElementTree.Element) -> Mapping[str, Any]:
    return {child.get("key", ""): child.get("value", "") for child in element if child.get("key")}


def _tag(element: ElementTree.Element) -> str:
    """The element's name; logs have it with and without the namespace."""
    return element.tag.rpartition("}")[2]
