"""What there is to know of one field of a template: it is said once, and every way in and out follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import Enum
from functools import cache
from typing import Any, ParamSpec, TypeVar, cast, get_type_hints

from django.db.models import Choices
from django.utils.functional import Promise

from django_workflow_engine.errors import Fault, Path

Reader = Callable[[Any, Path, list[Fault]], Any]
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Kind(Enum):
    """How a value is written: serializers, forms of the admin and the API have one field for each kind."""

    TEXT = "text"
    NUMBER = "whole number"
    DECIMAL = "number"
    FLAG = "yes or no"
    JSON = "JSON"
    KEY = "primary key of a row"
    CHOICE = "one of a set of values"
    CHOICES = "several of a set of values"
    APPROVALS = "list of approvals"
    CONDITION = "condition"
    DEADLINE = "deadline"
    DURATION = "ISO 8601 duration"
    DURATIONS = "list of ISO 8601 durations"


class Home(Enum):
    """Where a value is stored."""

    COLUMN = "a column of the row"
    INFO = "a key of the row's JSON"
    NOWHERE = "it says how the row is made"


@dataclass(frozen=True, kw_only=True)
class Declared:
    """One field of a part of a template, beside its name, its type and the default that a new part has.

    `read` gives what is stored, and appends what is wrong with its path. `label` and `help` are for people, in both
    languages. `description` is a sentence for clients of the API without its full stop; it goes on with `rule` where
    the value is written, and with `created`, `changed` or `shown` in the place of that name. A value that is given
    `once` never changes. `usual` is what counts where nothing is stored; `choices` belong to a CHOICE and CHOICES, and
    `names` to a KEY: the kind of row that it is the key of. What is stored in the JSON and cannot be read is told as a
    fault of the template, unless it is `forgiven`: then it counts as not stored.
    """

    kind: Kind
    read: Reader
    label: Promise | str
    help: Promise | str = ""
    description: str
    rule: str = ""
    created: str = ""
    changed: str = ""
    shown: str = ""
    home: Home = Home.COLUMN
    once: bool = False
    usual: Any = None
    choices: type[Choices] | None = None
    names: str = ""
    forgiven: bool = False

    def described(self, clause: str, *, written: bool = True) -> str:
        """The whole description: for a value that is written, with its rule, and with this clause at the end."""
        told = ", ".join(filter(None, [self.description, self.rule if written else ""]))
        return "; ".join(filter(None, [told, clause])) + "."


def _cached(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """`functools.cache`, whose type says that classes are not hashable."""
    return cast(Callable[_P, _T], cache(function))


@_cached
def declared(part: type[Any]) -> Mapping[str, Declared]:
    """The declared fields of a dataclass by name, those that it inherits first."""
    hints = get_type_hints(part, include_extras=True)
    found = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
    return {name: note for name, notes in found.items() for note in notes if isinstance(note, Declared)}


@_cached
def changeable(part: type[Any]) -> Mapping[str, Declared]:
    """The declared fields whose values may change."""
    return {name: field for name, field in declared(part).items() if not field.once}


@_cached
def stored_in(part: type[Any], home: Home) -> Mapping[str, Declared]:
    """The declared fields that are stored there."""
    return {name: field for name, field in declared(part).items() if field.home is home}


def read_from_info(info: Any, part: type[Any], *, path: Path, faults: list[Fault]) -> dict[str, Any]:
    """What the stored JSON says of the part's fields; what cannot be read is appended to `faults`, and not stored."""
    fields = stored_in(part, Home.INFO)
    if not fields:
        return {}
    stored = info if isinstance(info, Mapping) else {}
    return {name: _stored(stored.get(name), field, (*path, name), faults) for name, field in fields.items()}


def _stored(value: Any, field: Declared, path: Path, faults: list[Fault]) -> Any:
    if value is None:
        return field.usual
    found: list[Fault] = []
    read = field.read(value, path, found)
    if not field.forgiven:
        faults += found
    return field.usual if found else read


def words_of(part: type[Any], name: str) -> dict[str, Any]:
    """The words for the model's column of a field."""
    field = declared(part)[name]
    return {"verbose_name": field.label, "help_text": field.help}


def default_of(part: type[Any], name: str) -> Any:
    """What a new part has where nothing is said; `dataclasses.MISSING` where something must be."""
    (field,) = (field for field in fields(part) if field.name == name)
    return field.default if field.default_factory is MISSING else field.default_factory()
