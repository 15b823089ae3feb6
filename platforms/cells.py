"""Which interpreter is tried with which release of Django."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from platforms.interpreters import Version, text_of

# Each release of Django that the packages are made for, and the oldest Python that it runs on.
DJANGOS: Final[dict[str, Version]] = {"5.2": (3, 10), "6.0": (3, 12), "6.1": (3, 12)}
DEFAULT_DJANGO: Final = "5.2"  # which the other tests have


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One interpreter with one release of Django."""

    python: Version
    django: str

    def __str__(self) -> str:
        return f"Python {text_of(self.python)} with Django {self.django}"


class NoInterpreter(Exception):
    """A release of Django has no interpreter here that it runs on."""


def cells(*, found: Collection[Version], default: Version) -> list[Cell]:
    """The pairs to try: each Django but the default one, and each interpreter but `default`.

    The default interpreter is taken only where no other one can take a Django. Raises NoInterpreter where none can.
    """
    waiting = sorted(set(found) - {default})
    chosen = []
    for django in [name for name in DJANGOS if name != DEFAULT_DJANGO]:
        python = _first_for(django, [*waiting, *sorted(set(found) - {default}), default])
        chosen.append(Cell(python=python, django=django))
        waiting = [version for version in waiting if version != python]
    chosen += [Cell(python=version, django=_newest_for(version)) for version in waiting]
    return sorted(chosen, key=lambda cell: (cell.python, cell.django))


def _first_for(django: str, pythons: Iterable[Version]) -> Version:
    for version in pythons:
        if version >= DJANGOS[django]:
            return version
    raise NoInterpreter(f"Django {django} needs Python {text_of(DJANGOS[django])} or newer, and none is here")


def _newest_for(python: Version) -> str:
    return [django for django, oldest in DJANGOS.items() if python >= oldest][-1]
