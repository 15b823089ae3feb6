"""What a process looks like: its roles in order, each with the field of the object that says whether it is asked."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from examples.replay.models import Request

HERE: Final = Path(__file__).parent / "routes.toml"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A role that may be asked, and the field of the object that decides whether it is."""

    role: str
    field: str


def read(path: Path = HERE) -> list[Asked]:
    """The stages of a description; raises ValueError for one that cannot be meant."""
    try:
        with path.open("rb") as file:
            found = tomllib.load(file).get("stages", [])
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is no TOML: {error}") from error
    stages = [_asked(number, one) for number, one in enumerate(found, 1)]
    for names in ([one.role for one in stages], [one.field for one in stages]):
        if len(set(names)) < len(names):
            raise ValueError(f"{path}: a role or a field is there twice")
    if not stages:
        raise ValueError(f"{path}: there are no stages")
    return stages


def _asked(number: int, values: object) -> Asked:
    given = values if isinstance(values, dict) else {}
    role, field = given.get("role"), given.get("field")
    if not isinstance(role, str) or not isinstance(field, str) or field not in _fields():
        raise ValueError(f"stage {number} needs a role, and one of the fields {', '.join(_fields())}")
    return Asked(role=role, field=field)


def _fields() -> Sequence[str]:
    return Request.DECIDING
