"""How the server reads its environment: each variable by its name, and a wrong value is refused in one line.

An empty value is as good as none: so container files can pass on what nobody has set.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

Value = TypeVar("Value")

_SWITCHES: Final = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


class UnusableVariable(SystemExit):
    """A variable holds what it cannot: the process ends with this line. Values are left out, they may be secrets."""

    def __init__(self, name: str, allowed: str) -> None:
        super().__init__(f"The environment variable {name} cannot be used: write {allowed}.")


def parsed(name: str, *, default: Value, parse: Callable[[str], Value], allowed: str) -> Value:
    """What `parse` makes of the variable, the default where it is not set; `parse` raises ValueError to refuse it."""
    written = os.environ.get(name, "").strip()
    if not written:
        return default
    try:
        return parse(written)
    except ValueError as error:
        raise UnusableVariable(name, allowed) from error


def text(name: str, *, default: str = "") -> str:
    """The variable as it is written, whatever that is."""
    return parsed(name, default=default, parse=str, allowed="a text")


def switch(name: str, *, default: bool) -> bool:
    """Whether something is on."""

    def parse(written: str) -> bool:
        if written.lower() not in _SWITCHES:
            raise ValueError(written)
        return _SWITCHES[written.lower()]

    return parsed(name, default=default, parse=parse, allowed="true or false")


def number(name: str, *, default: int, lowest: int, highest: int) -> int:
    """A whole number between two, both included."""

    def parse(written: str) -> int:
        if not lowest <= int(written) <= highest:
            raise ValueError(written)
        return int(written)

    return parsed(name, default=default, parse=parse, allowed=f"a whole number from {lowest} to {highest}")


def one_of(name: str, *, default: str, choices: Sequence[str]) -> str:
    """One of some words, in any case."""
    words = {word.lower(): word for word in choices}

    def parse(written: str) -> str:
        if written.lower() not in words:
            raise ValueError(written)
        return words[written.lower()]

    return parsed(name, default=default, parse=parse, allowed=f"one of {', '.join(choices)}")


def several(name: str, *, default: Sequence[str], each: Callable[[str], str], allowed: str) -> list[str]:
    """The parts between commas, each of which `each` has accepted; it raises ValueError to refuse one."""

    def parse(written: str) -> list[str]:
        return [each(part.strip()) for part in written.split(",") if part.strip()]

    return parsed(name, default=list(default), parse=parse, allowed=allowed)
