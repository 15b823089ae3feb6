"""Settings as tables: one row for each says how it is read, what `check` tells of it, and what the manual says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, Generic, TypeVar

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from django_workflow_engine.shapes import Shape

Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)

_THE_DEFAULT: Final[Any] = object()


@dataclass(frozen=True, kw_only=True)
class Option(Generic[Value_co]):
    """One setting.

    `instead` stands for a value of another shape, by default the default; a system check with the id `check` tells of
    it, or one of its own where that is None. `type`, `told_default` and `effect` are the manual's words, as Markdown.
    """

    name: str
    default: Value_co
    shape: Shape
    type: str
    effect: str
    instead: Value_co = _THE_DEFAULT
    check: str | None = None
    told_default: str = ""

    def of(self, written: Mapping[str, Any]) -> Value_co:
        """What counts, with this written: never a value that cannot be used."""
        value: Any = written.get(self.name, _THE_DEFAULT)
        if value is _THE_DEFAULT:
            return self.default
        if self.shape.fits(value):
            found: Value_co = value
            return found
        return self.default if self.instead is _THE_DEFAULT else self.instead

    def row(self) -> str:
        """The row of the manual's table."""
        return f"| `{self.name}` | {self.type} | {self.told_default or f'`{_literal(self.default)}`'} | {self.effect} |"


class Plain:
    """Settings of their own, each under its name in the project's settings module."""

    def __init__(self) -> None:
        self.options: dict[str, Option[Any]] = {}

    def option(self, name: str, **row: Any) -> Option[Any]:
        """Add a row."""
        self.options[name] = Option(name=name, **row)
        return self.options[name]

    def written(self) -> Mapping[str, Any]:
        """What the project wrote, as far as it is one of these."""
        return {name: getattr(settings, name) for name in self.options if hasattr(settings, name)}

    def read(self, option: Option[Value]) -> Value:
        """What counts now, so that `override_settings` works."""
        return option.of(self.written())

    def named(self, option: Option[Any]) -> str:
        """What the project calls the setting."""
        return option.name

    def wrong(self, app: str) -> Iterator[CheckMessage]:
        """An error for each value of another shape than its setting has, where no other check tells it."""
        written = self.written()
        for option in self.options.values():
            if option.check and option.name in written and not option.shape.fits(written[option.name]):
                message = f"{self.named(option)} cannot be used."
                yield Error(message, hint=f"Write {option.shape.description}.", id=f"{app}.{option.check}")

    def rows(self) -> list[str]:
        """The rows of the manual's table."""
        return [option.row() for option in self.options.values()]


class Table(Plain):
    """The settings in one dictionary of the project's settings module."""

    def __init__(self, setting: str) -> None:
        super().__init__()
        self.setting = setting

    def given(self) -> Any:
        """What the project wrote, whatever it is."""
        return getattr(settings, self.setting, {})

    def written(self) -> Mapping[str, Any]:
        """The options that the project wrote, known or not; a system check refuses what is no dictionary."""
        given = self.given()
        return given if isinstance(given, Mapping) else {}

    def named(self, option: Option[Any]) -> str:
        """What the project calls the option."""
        return f"{self.setting}['{option.name}']"

    def unknown(self, id: str) -> Iterator[CheckMessage]:
        """A warning for each option that nothing reads, most often misspelt."""
        for name in self.written():
            if name not in self.options:
                near = get_close_matches(str(name), self.options, n=1)
                yield Warning(
                    f"{self.setting}[{name!r}] is no option; nothing reads it.",
                    hint=f"Did you mean {near[0]}?" if near else f"The options are: {', '.join(self.options)}.",
                    id=id,
                )


def _literal(value: Any) -> str:
    """A default as a project would write it."""
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))}{',' if len(value) == 1 else ''})"
    return f"{value:_}" if isinstance(value, int) and not isinstance(value, bool) else repr(value)
