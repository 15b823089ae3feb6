"""What the value of each setting must look like: checks tell what does not fit, and readers do without it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

LONGEST_SECONDS: Final = 10 * 365 * 86_400  # ten years; a calendar holds a moment that far away


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a value must look like: a test of it, which never raises, and the same in words."""

    fits: Callable[[Any], bool]
    description: str


def is_text(value: Any) -> bool:
    """A text that is not empty; a lazy one is none."""
    return isinstance(value, str) and value != ""


def is_texts(value: Any) -> bool:
    """Several texts; one text alone, which is a sequence of its letters, is not meant."""
    return is_list(value) and all(isinstance(item, str) for item in value)


def is_list(value: Any) -> bool:
    """What a list may be written as."""
    return isinstance(value, list | tuple | set | frozenset)


def is_path(value: Any) -> bool:
    """A dotted path of names."""
    return isinstance(value, str) and all(name.isidentifier() for name in value.split("."))


def is_switch(value: Any) -> bool:
    """True or False, and no text that only looks like one of them."""
    return isinstance(value, bool)


def is_count(value: Any) -> bool:
    """A whole number from 1 that a column can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value < 2**31


def is_seconds(value: Any) -> bool:
    """A number of seconds from 0 that a calendar can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST_SECONDS


def is_positive(value: Any) -> bool:
    """A number above 0 that is finite."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf


def is_auto_start(rule: Any) -> bool:
    """One rule of AUTO_START_WORKFLOWS."""
    if not isinstance(rule, Mapping) or not rule.keys() <= {"workflow_slug", "conditions"}:
        return False
    conditions = rule.get("conditions") or {}
    return (
        is_text(rule.get("workflow_slug"))
        and isinstance(conditions, Mapping)
        and all(is_text(key) for key in conditions)
    )


def _or_none(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value)


def _is_mapping_of_texts(value: Any) -> bool:
    return isinstance(value, Mapping) and all(is_text(key) and is_texts(item) for key, item in value.items())


def _is_auto_starts(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(is_text, value)) and all(map(is_auto_start, value.values()))


def _is_permissions(value: Any) -> bool:
    known = {"REQUIRE_PERMISSION_TO_START", "REQUIRE_PERMISSION_TO_APPROVE"}
    return isinstance(value, Mapping) and value.keys() <= known and all(map(is_switch, value.values()))


def _is_field_name(value: Any) -> bool:
    return isinstance(value, str) and (value == "" or value.isidentifier())


def _is_limited_seconds(value: Any) -> bool:
    return is_seconds(value) and value > 0


_LABEL: Final = Shape(fits=_or_none(is_text), description="app_label.ModelName of an installed app, or None")
_SWITCH: Final = Shape(fits=is_switch, description="True or False")
_LIMIT: Final = Shape(fits=is_count, description="a whole number from 1")
_SECONDS: Final = Shape(fits=is_seconds, description="a number of seconds from 0")

# Options of DJANGO_WORKFLOW_ENGINE.
OPTION_SHAPES: Final[Mapping[str, Shape]] = {
    "ENABLED_MODELS": Shape(fits=is_texts, description="a list of model labels"),
    "MODEL_WORKFLOW_MAPPINGS": Shape(
        fits=_is_mapping_of_texts, description="a dictionary of model labels, each with a list of workflow slugs"
    ),
    "AUTO_START_WORKFLOWS": Shape(
        fits=_is_auto_starts,
        description="a dictionary of model labels, each with a “workflow_slug” and perhaps a dictionary “conditions”",
    ),
    "PERMISSIONS": Shape(
        fits=_is_permissions,
        description="True or False for REQUIRE_PERMISSION_TO_START and REQUIRE_PERMISSION_TO_APPROVE, and nothing else",
    ),
    "DEFAULT_STATUS_FIELD": Shape(fits=_is_field_name, description="the name of a field"),
    "DEPARTMENT_MODEL": _LABEL,
    "DEPARTMENT_HEAD_FIELD": Shape(fits=is_path, description="the name of an attribute, or a dotted path"),
    "OWNER_FIELDS": Shape(fits=is_texts, description="a list of names of fields"),
    "FORBID_SELF_APPROVAL": _SWITCH,
    "MAX_TEXT_LENGTH": _LIMIT,
    "MAX_JSON_LENGTH": _LIMIT,
    "MAX_JSON_DEPTH": _LIMIT,
    "MAX_JSON_ITEMS": _LIMIT,
    "MAX_TEMPLATE_STAGES": _LIMIT,
    "MAX_TEMPLATE_APPROVALS": _LIMIT,
    "MAX_TEMPLATE_ACTIONS": _LIMIT,
}
# Those of its options that say how actions are run.
ACTION_SHAPES: Final[Mapping[str, Shape]] = {
    "ACTION_MAX_ATTEMPTS": _LIMIT,
    "ACTION_RETRY_SECONDS": _SECONDS,
    "ACTION_GRACE_SECONDS": _SECONDS,
    "ACTION_LEASE_SECONDS": Shape(fits=_is_limited_seconds, description="a number of seconds above 0"),
    "ACTION_TIMEOUT_SECONDS": Shape(
        fits=_or_none(_is_limited_seconds), description="a number of seconds above 0, or leave it out"
    ),
    "ACTION_PUBLISH_SECONDS": Shape(fits=_is_limited_seconds, description="a number of seconds above 0"),
}
# Settings beside it; None means that the project has nothing to say.
SETTING_SHAPES: Final[Mapping[str, Shape]] = {
    "APPROVAL_ROLE_MODEL": _LABEL,
    "APPROVAL_DYNAMIC_FORM_MODEL": _LABEL,
    "APPROVAL_ROLE_FIELD": Shape(fits=_or_none(is_text), description="a lookup from the user to its roles, or None"),
    "APPROVAL_HEAD_MANAGER_FIELD": Shape(
        fits=_or_none(is_text), description="the dotted path from a user to that user's manager, or None"
    ),
    "APPROVAL_FORM_SCHEMA_FIELD": Shape(fits=_or_none(is_text), description="the name of a field, or None"),
    "APPROVAL_HANDLERS": Shape(fits=is_texts, description="a list of dotted paths"),
    "WORKFLOW_AUTO_CLEANUP_COMPLETED": _SWITCH,
}
