"""Media types: which one a client wants to be answered in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

JSON: Final = "application/json"
GRAPHQL_JSON: Final = "application/graphql-response+json"
EVENT_STREAM: Final = "text/event-stream"
_WILDCARDS: Final = ("application/*", "*/*")


@dataclass(frozen=True, kw_only=True)
class Range:
    """One entry of an Accept header."""

    media_type: str
    quality: float


def answer_type(accept: str | None) -> str | None:
    """The media type to answer in; None where the client takes none of those that there are.

    Without a wish it is application/json, as the specification of GraphQL over HTTP says. A client that takes event
    streams is answered in JSON where there is nothing to stream.
    """
    if not accept or not accept.strip():
        return JSON
    ranges = list(_ranges(accept))
    best = max((GRAPHQL_JSON, JSON), key=lambda media_type: _rank(media_type, ranges))
    if _rank(best, ranges)[0] > 0:
        return best
    return JSON if any(entry.media_type == EVENT_STREAM and entry.quality > 0 for entry in ranges) else None


def _rank(media_type: str, ranges: list[Range]) -> tuple[float, bool, bool]:
    """The quality of a media type; among equals comes first what is named, then what `*/*` is answered in."""
    for name in (media_type, *_WILDCARDS):
        found = [entry.quality for entry in ranges if entry.media_type == name]
        if found:
            named = name == media_type
            return max(found), named, (media_type == GRAPHQL_JSON) == named
    return 0, False, False


def _ranges(accept: str) -> Iterator[Range]:
    for entry in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in entry.split(";"))
        yield Range(media_type=media_type, quality=_quality(parameters))


def _quality(parameters: list[str]) -> float:
    """The `q` among the parameters, 1 where there is none, 0 where it is no number from 0 to 1."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return _number(value.strip())
    return 1


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0
    return value if 0 <= value <= 1 else 0
