"""A normalised cache as clients have one: one record for each id, into which every answer is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Cache:
    """Records by id alone, as Relay keeps them; what has no id is part of the record that it hangs on."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)

    def write(self, answer: Any, owner: str = "client:root", path: str = "") -> None:
        """Take in an answer, whose objects all tell their `__typename`."""
        for part, value in self._fields(answer):
            place = f"{path}.{part}"
            if isinstance(value, dict | list):
                identifier = value.get("id") if isinstance(value, dict) else None
                self.write(value, *((owner, place) if identifier is None else (identifier, "")))
            else:
                self._keep(owner, place, value)

    def types(self) -> dict[str, str]:
        """The name of the type of each object with an id."""
        return {key: record[".__typename"] for key, record in self.records.items() if key != "client:root"}

    def _fields(self, answer: Any) -> Iterator[tuple[Any, Any]]:
        return iter(answer.items() if isinstance(answer, dict) else enumerate(answer))

    def _keep(self, owner: str, place: str, value: Any) -> None:
        record = self.records.setdefault(owner, {})
        if record.setdefault(place, value) != value:
            self.conflicts.append(f"{record.get('.__typename')} {owner}{place}: {record[place]!r} and {value!r}")
