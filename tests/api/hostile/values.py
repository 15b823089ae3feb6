"""Values for any input type: some that fit, and many that do not."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from graphql import (
    GraphQLInputType,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)

DEEP: Final = json.loads("[" * 60 + "]" * 60)
TEXTS: Final = (
    "",
    " ",
    "x",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\u202e\u0000\uffff",
    "🎉" * 50,
    "x" * 10_000,
    "'; DROP TABLE x; --",
    "%s%n{0}{}",
    "../../etc/passwd",
    "null",
    "NaN",
    "__class__",
    "testapp.Document",
    "auth.User",
    ".",
    "testapp.",
)
NUMBERS: Final = (
    0, 1, -1, 100, 101, 2**31 - 1, 2**31, -(2**31) - 1, 2**63, -(2**63) - 1, 10**40, 10**4000,
    0.5, -0.0, 1e308, 1e-320, float("nan"), float("inf"), float("-inf"), True, False,
)  # fmt: skip
MOMENTS: Final = (
    "2026-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "10000-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "-1",
)
KEYS: Final = (
    *("1", "0", "-1", "9" * 30, str(2**63), "", "x", "1.5", "None"),
    *("\x00", "\ud800", "\N{ARABIC-INDIC DIGIT ONE}", " 1", "1e3"),
)
CURSORS: Final = (
    "arrayconnection:99999999999999999999",
    "[]",
    "[1]",
    "null",
    '["workflow:-created_at,-pk",null,null]',
    '["workflow:-created_at,-pk","x",1]',
    '["workflow:-created_at,-pk","0001-01-01T00:00:00+14:00",1]',
    '["workflowattachment:-created_at,-pk","2026-01-01T00:00:00Z",1e400]',
    '["workflowevent:pk",99999999999999999999]',
    '["approvalinstance:pk",{"a":1}]',
    "[" * 3000,
)


@dataclass(frozen=True, kw_only=True)
class Known:
    """Global ids of rows that there are, and the names of the types that have ids."""

    ids: tuple[str, ...]
    types: tuple[str, ...]


class Enum(str):
    """An enum value, which a document writes without quotation marks."""


class Values:
    """Makes values by chance: the same ones for the same seed."""

    def __init__(self, random: Random, known: Known) -> None:
        self._random, self._known = random, known

    def of(self, type_: GraphQLInputType, *, name: str = "", levels: int = 5) -> Any:
        """A value for an argument or a field of this type and name; one in six is of another kind altogether."""
        if self._random.random() < 1 / 6:
            return self._anything()
        if not is_non_null_type(type_) and self._random.random() < 1 / 6:
            return None
        nullable: Any = get_nullable_type(type_)
        if is_list_type(nullable):
            count = self._random.choice((0, 1, 1, 2, 3, 12))
            return [self.of(nullable.of_type, name=name, levels=levels) for _ in range(count)]
        if is_enum_type(nullable):
            return Enum(self._random.choice((*nullable.values, *nullable.values, "NO_SUCH", "")))
        if is_input_object_type(nullable):
            return self._object(nullable, levels=levels)
        return self._scalar(nullable.name, name)

    def _object(self, type_: Any, *, levels: int) -> Any:
        if levels == 0:
            return {}
        names = [name for name, field in type_.fields.items() if _is_required(field) or self._random.random() < 0.5]
        made = {name: self.of(type_.fields[name].type, name=name, levels=levels - 1) for name in names}
        if self._random.random() < 0.05:
            made["noSuchField"] = 1
        return made

    def _scalar(self, type_: str, name: str) -> Any:
        if name in ("after", "before"):
            return self._cursor()
        if type_ == "ID":
            return self._id()
        choices = {
            "String": TEXTS,
            "Int": NUMBERS,
            "Float": NUMBERS,
            "Boolean": (True, False),
            "DateTime": MOMENTS,
            "JSON": ({}, {"a": [1, None, "\x00"]}, {"\x00": 1}, {"a": "\ud800"}, [], DEEP, {"n": 10**400}, *NUMBERS),
        }
        return self._random.choice(choices.get(type_, TEXTS))

    def _id(self) -> str:
        if self._random.random() < 0.4:
            return self._random.choice(self._known.ids)
        key = self._random.choice(KEYS)
        made = f"{self._random.choice(self._known.types)}:{key}".encode("utf-8", "surrogatepass")
        return self._random.choice((base64.b64encode(made).decode(), key, made.decode("latin-1")))

    def _cursor(self) -> str:
        text = self._random.choice((*CURSORS, *TEXTS))
        encoded = base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode()
        return self._random.choice((encoded, encoded, encoded[:-1], text))

    def _anything(self) -> Any:
        return self._random.choice((None, {}, [], [[]], {"a": {"b": []}}, DEEP, *NUMBERS, *TEXTS))


def _is_required(field: Any) -> bool:
    return is_non_null_type(field.type)


def literal(value: Any) -> str:
    """The value as a document writes it; what GraphQL has no literal for is written as JSON libraries have it."""
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, dict):
        return "{" + " ".join(f"{key}: {literal(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + " ".join(literal(entry) for entry in value) + "]"
    return json.dumps(value) if value != math.inf else "1e999"
