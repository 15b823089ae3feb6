"""Media types: which one a client wants to be answered in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

JSON: Final = "application/json"
GRAPHQL_JSON: Final = "application/graphql-response+json"
EVENT_STREAM: Final = "text/event-stream"


@dataclass(frozen=True, kw_only=True)
class Range:
    """One entry of an Accept header."""

    media_type: str
    quality: float


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What a client takes: the media type of JSON that it likes best, None for no JSON; and whether event streams.

    Who takes both is answered in JSON, unless there is something to stream.
    """

    json: str | None
    streams: bool

    @property
    def nothing(self) -> bool:
        """Whether there is no answer that the client takes."""
        return self.json is None and not self.streams

    @property
    def media_type(self) -> str:
        """What an answer that is no stream is written in."""
        return self.json or JSON


def accepted(accept: str | None) -> Accepted:
    """What an Accept header lets the server answer in.

    Without a wish it is application/json, as the specification of GraphQL over HTTP says. An event stream has to be
    asked for by its name or as `text/*`: who sends `*/*` seldom reads one.
    """
    ranges = list(_ranges(accept or ""))
    if not ranges:
        return Accepted(json=JSON, streams=False)
    best = max((GRAPHQL_JSON, JSON), key=lambda media_type: _rank(media_type, ranges))
    return Accepted(
        json=best if _rank(best, ranges)[0] > 0 else None,
        streams=(_quality_of((EVENT_STREAM, "text/*"), ranges) or 0) > 0,
    )


def _rank(media_type: str, ranges: list[Range]) -> tuple[float, bool, bool]:
    """The quality of a media type; among equals comes first what is named, then what `*/*` is answered in."""
    by_name = _quality_of((media_type,), ranges)
    if by_name is not None:
        return by_name, True, media_type == GRAPHQL_JSON
    return _quality_of(("application/*", "*/*"), ranges) or 0, False, media_type == JSON


def _quality_of(names: Sequence[str], ranges: list[Range]) -> float | None:
    """The quality of the first of these names, most specific first, that the header has; None where it has none."""
    for name in names:
        found = [entry.quality for entry in ranges if entry.media_type == name]
        if found:
            return max(found)
    return None


def _ranges(accept: str) -> Iterator[Range]:
    for entry in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in entry.split(";"))
        if media_type or parameters:  # an empty entry of a list is none
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
