"""What is wrong with form data, in words: the validator of JSON Schema itself speaks English only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

_OTHER: Final = _("This does not fit the form.")
_TEXTS: Final[Mapping[str, Any]] = {
    "required": _("Missing: %(limit)s."),
    "type": _("This must be of another type: %(limit)s."),
    "enum": _("This must be one of: %(limit)s."),
    "const": _("This must be: %(limit)s."),
    "pattern": _("This is not written in the way that the form asks for."),
    "minimum": _("This must be at least %(limit)s."),
    "maximum": _("This must be at most %(limit)s."),
    "exclusiveMinimum": _("This must be more than %(limit)s."),
    "exclusiveMaximum": _("This must be less than %(limit)s."),
    "multipleOf": _("This must be a multiple of %(limit)s."),
    "uniqueItems": _("No entry may be there twice."),
    "additionalProperties": _("There is more here than the form knows."),
    "minLength": ngettext_lazy(
        "This must have at least %(limit)d character.", "This must have at least %(limit)d characters.", "limit"
    ),
    "maxLength": ngettext_lazy(
        "This must have at most %(limit)d character.", "This must have at most %(limit)d characters.", "limit"
    ),
    "minItems": ngettext_lazy(
        "This must have at least %(limit)d entry.", "This must have at least %(limit)d entries.", "limit"
    ),
    "maxItems": ngettext_lazy(
        "This must have at most %(limit)d entry.", "This must have at most %(limit)d entries.", "limit"
    ),
}
_MOST: Final = 50  # names or values of a schema that a sentence lists
_LONGEST: Final = 500  # characters of a schema that a sentence repeats
_COUNTED: Final = frozenset({"minLength", "maxLength", "minItems", "maxItems"})
_TYPES: Final[Mapping[str, Any]] = {
    "string": _("text"),
    "number": _("number"),
    "integer": _("whole number"),
    "boolean": _("yes or no"),
    "array": _("list"),
    "object": _("JSON object"),
    "null": _("nothing"),
}


def message_of(error: Any) -> str:
    """The sentence for one error of the validator, in the language of this moment."""
    return str(_TEXTS.get(error.validator, _OTHER) % {"limit": _cut(_limit(error))})


def _limit(error: Any) -> Any:
    """What the schema asks for, as the sentence shows it."""
    asked = error.validator_value
    if error.validator in _COUNTED:
        return int(asked)  # JSON Schema takes 3.0 for a whole number
    if error.validator == "required":
        names = asked if isinstance(asked, list) else list(error.path)[-1:]  # a property says it itself in draft 3
        return _listed(name for name in names if name not in error.instance)
    if error.validator == "type":
        names = asked if isinstance(asked, list) else [asked]
        return _listed(str(_TYPES.get(str(name), name)) for name in names)
    return _listed(map(_shown, asked)) if error.validator == "enum" else _shown(asked)


def _listed(names: Iterable[str]) -> str:
    """The first names: of a list of thousands nobody reads more, and every fault would repeat it."""
    first = list(islice(names, _MOST + 1))
    return ", ".join([*first[:_MOST], "…"] if len(first) > _MOST else first)


def _shown(value: Any) -> str:
    """A value of the schema as JSON writes it, a text as it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cut(limit: Any) -> Any:
    return f"{limit[:_LONGEST]}…" if isinstance(limit, str) and len(limit) > _LONGEST else limit
