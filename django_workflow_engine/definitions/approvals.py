"""Approval configurations: the one place that reads `approvals` JSON, for every way in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_workflow_engine.choices import ApprovalTypes, ErrorCode, RoleSelectionStrategy, StepType
from django_workflow_engine.definitions.taken_keys import KEYS_OF_TYPE, NUMBER_OF, NUMBERS, WITHOUT_FORM
from django_workflow_engine.definitions.values import key_as_json, shown
from django_workflow_engine.errors import Fault, Path

Key = int | str

# Lazy, because every stored approval is read with them at hand, and hardly any lacks its key.
_USER_MISSING: Final = gettext_lazy("An approval by a user must name the user.")
_ROLE_MISSING: Final = gettext_lazy("An approval by a role must name the role.")
_FORM_MISSING: Final = gettext_lazy("A step that submits a form must name the form.")

REFERENCES: Final = ("approval_user", "user_role", "required_form")
KEYS: Final = frozenset(
    {
        "approval_type",
        *REFERENCES,
        "role_selection_strategy",
        "step_approval_type",
        *NUMBERS,
    }
)
# What the data functions add for people; it says nothing of its own, so what they give can be sent back.
DESCRIPTIONS: Final = frozenset({"approval_type_display", "strategy_display"})


@dataclass(frozen=True, kw_only=True)
class ApprovalConfiguration:
    """Who decides one approval of a position, and what the decision asks of them.

    `quorum_count` belongs to QUORUM, `percentage_required` (above 0, at most 100) to PERCENTAGE,
    `hierarchy_levels` (1 is the direct manager) to the hierarchies. `index` is the place in the list that it was
    read from.
    """

    approval_type: ApprovalTypes
    approval_user: Key | None = None
    user_role: Key | None = None
    role_selection_strategy: RoleSelectionStrategy | None = None
    step_type: StepType = StepType.APPROVE
    required_form: Key | None = None
    quorum_count: int | None = None
    percentage_required: float | None = None
    hierarchy_levels: int | None = None
    index: int = field(default=0, compare=False)

    def as_json(self) -> dict[str, Any]:
        """The form that `stage_info`, `pipeline_info` and `workflow_info` store."""
        values = {
            "approval_type": self.approval_type.value,
            "approval_user": self.approval_user,
            "user_role": self.user_role,
            "role_selection_strategy": self.role_selection_strategy and self.role_selection_strategy.value,
            "step_approval_type": None if self.step_type == StepType.APPROVE else self.step_type.value,
            "required_form": self.required_form,
            "quorum_count": self.quorum_count,
            "percentage_required": self.percentage_required,
            "hierarchy_levels": self.hierarchy_levels,
        }
        return {key: value for key, value in values.items() if value is not None}


class _Faulty(Exception):
    """Inside this module: one approval that cannot be read, and the key at fault."""

    def __init__(self, code: ErrorCode, message: str, *keys: str) -> None:
        self.code, self.message, self.keys = code, message, keys


def with_json_keys(approvals: Any) -> Any:
    """A list of approvals whose primary keys are written as JSON holds them; anything else as it is."""
    if not isinstance(approvals, list | tuple):
        return approvals
    return [_with_json_keys(one) if isinstance(one, Mapping) else one for one in approvals]


def _with_json_keys(approval: Mapping[str, Any]) -> dict[str, Any]:
    keys = {name: key_as_json(approval[name]) for name in REFERENCES if name in approval}
    return {**approval, **{name: key for name, key in keys.items() if key is not None}}


def parse_approvals(info: Any, *, path: Path, faults: list[Fault]) -> tuple[ApprovalConfiguration, ...]:
    """Read the `approvals` list of a stored info object.

    `info` is the whole JSON object (or None); what cannot work is appended to `faults` with its path
    below `path`, and the approvals that can are returned.
    """
    if info in (None, ""):
        return ()
    if not isinstance(info, Mapping):
        faults.append(Fault(code=ErrorCode.INVALID, message=_("This must be a JSON object."), path=path))
        return ()
    raw = info.get("approvals")
    if raw is None:
        return ()
    return parse_approval_list(raw, path=(*path, "approvals"), faults=faults)


def parse_approval_list(raw: Any, *, path: Path, faults: list[Fault]) -> tuple[ApprovalConfiguration, ...]:
    """Read a list of approval objects; the same contract as `parse_approvals`."""
    if not isinstance(raw, list | tuple):
        faults.append(Fault(code=ErrorCode.INVALID, message=_("This must be a list of approvals."), path=path))
        return ()
    found = []
    for index, item in enumerate(raw):
        try:
            found.append(_parse_one(item, index))
        except _Faulty as fault:
            where = (*path, str(index), *fault.keys)
            faults.append(Fault(code=fault.code, message=fault.message, path=where))
    return tuple(found)


def _parse_one(item: Any, index: int) -> ApprovalConfiguration:
    if not isinstance(item, Mapping):
        raise _Faulty(ErrorCode.INVALID, _("An approval must be a JSON object."))
    unknown = item.keys() - KEYS - DESCRIPTIONS
    if unknown:
        key = shown(min(map(str, unknown)))
        raise _Faulty(ErrorCode.INVALID, _("An approval has no key “%s”.") % key, key)
    given = {key: value for key, value in item.items() if value is not None and key not in DESCRIPTIONS}
    if "approval_type" not in given:
        raise _Faulty(ErrorCode.REQUIRED, _("An approval must say who decides it."), "approval_type")
    approval_type = _choice(ApprovalTypes, given, "approval_type")
    read = _READERS[approval_type](given) | _step(given)
    return ApprovalConfiguration(approval_type=approval_type, index=index, **read)


def _choice(choices: Any, given: Mapping[str, Any], key: str) -> Any:
    """The choice that is meant."""
    value = given[key]
    choice = find_choice(choices, value)
    if choice is not None:
        return choice
    facts = {"value": shown(value), "allowed": ", ".join(choices.values)}
    raise _Faulty(ErrorCode.INVALID, _("“%(value)s” is none of: %(allowed)s.") % facts, key)


def find_choice(choices: Any, value: Any) -> Any:
    """The choice with this value or name, in any case; None where there is none."""
    wanted = shown(value).lower() if isinstance(value, str) else None
    return next((choice for choice in choices if wanted in (choice.value, choice.name.lower())), None)


def _key(given: Mapping[str, Any], name: str, message: Promise) -> Key:
    value = given.get(name)
    if value is None or value == "":
        raise _Faulty(ErrorCode.REQUIRED, str(message), name)
    key = key_as_json(value)
    if key is None:
        raise _Faulty(ErrorCode.INVALID, _("This must be a primary key."), name)
    return key


def _refuse(given: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if name in given:
            raise _Faulty(ErrorCode.INVALID, _("An approval of this kind takes no “%s”.") % name, name)


def _refuse_keys_of_other_types(given: Mapping[str, Any], approval_type: ApprovalTypes) -> None:
    own = KEYS_OF_TYPE[approval_type]
    _refuse(given, *(key for keys in KEYS_OF_TYPE.values() for key in keys if key not in own))


def _read_user(given: Mapping[str, Any]) -> dict[str, Any]:
    _refuse_keys_of_other_types(given, ApprovalTypes.USER)
    return {"approval_user": _key(given, "approval_user", _USER_MISSING)}


def _read_role(given: Mapping[str, Any]) -> dict[str, Any]:
    _refuse_keys_of_other_types(given, ApprovalTypes.ROLE)
    role = _key(given, "user_role", _ROLE_MISSING)
    strategy = RoleSelectionStrategy.ANYONE
    if "role_selection_strategy" in given:
        strategy = _choice(RoleSelectionStrategy, given, "role_selection_strategy")
    needed = NUMBER_OF.get(strategy)
    _refuse(given, *(name for name in NUMBERS if name != needed))
    number = {} if needed is None else {needed: _NUMBER_READERS[needed](given)}
    return {"user_role": role, "role_selection_strategy": strategy, **number}


def _read_by_itself(given: Mapping[str, Any]) -> dict[str, Any]:
    _refuse_keys_of_other_types(given, ApprovalTypes.SELF)
    return {}


def _read_self(given: Mapping[str, Any]) -> dict[str, Any]:
    """The requester decides, whatever user is named beside."""
    return _read_by_itself({name: value for name, value in given.items() if name != "approval_user"})


def _step(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the decision asks: a form for SUBMIT, none for MOVE, and one or none for the others."""
    step_type = StepType.APPROVE
    if "step_approval_type" in given:
        step_type = _choice(StepType, given, "step_approval_type")
    if step_type in WITHOUT_FORM:
        _refuse(given, "required_form")
    form = None
    if step_type == StepType.SUBMIT or "required_form" in given:
        form = _key(given, "required_form", _FORM_MISSING)
    return {"step_type": step_type, "required_form": form}


def _quorum(given: Mapping[str, Any]) -> int:
    if "quorum_count" not in given:
        raise _Faulty(ErrorCode.REQUIRED, _("A quorum must say how many must approve."), "quorum_count")
    return _whole_number(given, "quorum_count", _MOST_APPROVERS)


def _percentage(given: Mapping[str, Any]) -> float:
    value = given.get("percentage_required")
    if value is None:
        raise _Faulty(ErrorCode.REQUIRED, _("A percentage must be given."), "percentage_required")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
        message = _("A percentage is a number above 0 and at most 100.")
        raise _Faulty(ErrorCode.INVALID, message, "percentage_required")
    return float(value)


def _levels(given: Mapping[str, Any]) -> int:
    return _whole_number({"hierarchy_levels": 1, **given}, "hierarchy_levels", _MOST_LEVELS)


def _whole_number(given: Mapping[str, Any], name: str, most: int) -> int:
    value = given[name]
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise _Faulty(ErrorCode.INVALID, _("This must be a whole number from 1 to %d.") % most, name)
    return value


_MOST_APPROVERS: Final = 10_000
_MOST_LEVELS: Final = 20
_NUMBER_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "quorum_count": _quorum,
    "percentage_required": _percentage,
    "hierarchy_levels": _levels,
}
_READERS: Final[Mapping[ApprovalTypes, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    ApprovalTypes.USER: _read_user,
    ApprovalTypes.ROLE: _read_role,
    ApprovalTypes.SELF: _read_self,
    ApprovalTypes.TEAM_HEAD: _read_by_itself,
    ApprovalTypes.DEPARTMENT_HEAD: _read_by_itself,
}
