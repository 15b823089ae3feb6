"""The keys that an approval can have beside its type: what each one means, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_workflow_engine.choices import ErrorCode, RoleSelectionStrategy, StepType
from django_workflow_engine.definitions.conditions.reading import read_condition
from django_workflow_engine.definitions.declared import Declared, Kind, Reader
from django_workflow_engine.definitions.named_choices import find_choice
from django_workflow_engine.definitions.values import json_problem, key_as_json, shown
from django_workflow_engine.errors import Fault, Path

Key = int | str


_NEEDED: Final = gettext_lazy("This must be given.")


@dataclass(frozen=True, kw_only=True)
class Parameter(Declared):
    """What an approver type has to be told; `missing` is the sentence for one that must be given and is not."""

    required: bool = False
    missing: Promise | str = _NEEDED


def one_of(choices: Any) -> Reader:
    """The reader of one of these choices, written in any case; None where it is none."""

    def read(value: Any, path: Path, faults: list[Fault]) -> Any:
        choice = find_choice(choices, value)
        if choice is None:
            facts = {"value": shown(value), "allowed": ", ".join(map(str, choices.values))}
            message = _("“%(value)s” is none of: %(allowed)s.") % facts
            faults.append(Fault(code=ErrorCode.INVALID, message=message, path=path))
        return choice

    return read


def read_key(value: Any, path: Path, faults: list[Fault]) -> Key | None:
    """A primary key; whether the row exists is looked up later."""
    key = key_as_json(value)
    if key is None:
        faults.append(Fault(code=ErrorCode.INVALID, message=_("This must be a primary key."), path=path))
    return key


def read_percentage(value: Any, path: Path, faults: list[Fault]) -> float | None:
    """A number above 0 and at most 100."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
        message = _("A percentage is a number above 0 and at most 100.")
        faults.append(Fault(code=ErrorCode.INVALID, message=message, path=path))
        return None
    return float(value)


def whole_number_up_to(most: int) -> Reader:
    """The reader of a whole number from 1."""

    def read(value: Any, path: Path, faults: list[Fault]) -> int | None:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            message = _("This must be a whole number from 1 to %d.") % most
            faults.append(Fault(code=ErrorCode.INVALID, message=message, path=path))
            return None
        return value

    return read


def read_text(value: Any, path: Path, faults: list[Fault]) -> str | None:
    """A text."""
    if not isinstance(value, str):
        faults.append(Fault(code=ErrorCode.INVALID, message=_("This must be a text."), path=path))
        return None
    return value


def read_flag(value: Any, path: Path, faults: list[Fault]) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        faults.append(Fault(code=ErrorCode.INVALID, message=_("This must be yes or no."), path=path))
    return bool(value)


def read_object(value: Any, path: Path, faults: list[Fault]) -> dict[str, Any] | None:
    """A JSON object that can be stored."""
    problem = json_problem(value) if isinstance(value, Mapping) else _("This must be a JSON object.")
    if problem is not None:
        faults.append(Fault(code=ErrorCode.INVALID, message=problem, path=path))
        return None
    return dict(value)


def forbid(given: Mapping[str, Any], names: Any, path: Path, faults: list[Fault]) -> None:
    """A fault for each of these keys that is given and has no meaning beside the others."""
    for key in names:
        if key in given:
            name = shown(str(key))
            message = _("An approval of this kind takes no “%s”.") % name
            faults.append(Fault(code=ErrorCode.INVALID, message=message, path=(*path, name)))


def read_keys(
    given: Mapping[str, Any], keys: Mapping[str, Declared], path: Path, faults: list[Fault]
) -> dict[str, Any]:
    """The values of these keys, as far as they are given; a fault for what must be and is not."""
    values = {}
    for name, key in keys.items():
        where, value = (*path, name), given.get(name)
        if value is not None and not (value == "" and key.kind is Kind.KEY):
            values[name] = key.read(value, where, faults)
        elif isinstance(key, Parameter) and (key.required or name in given):
            faults.append(Fault(code=ErrorCode.REQUIRED, message=str(key.missing), path=where))
    return values


def read_common(given: Mapping[str, Any], path: Path, faults: list[Fault]) -> dict[str, Any]:
    """What every approval may say, whoever decides it: when it is asked, and what of."""
    return {**read_keys(given, {"condition": CONDITION}, path, faults), **_read_step(given, path, faults)}


def _read_step(given: Mapping[str, Any], path: Path, faults: list[Fault]) -> dict[str, Any]:
    """What the decision asks: a form for SUBMIT, none for MOVE, and one or none for the others."""
    read = read_keys(given, {"step_approval_type": STEP}, path, faults)
    step_type = read.get("step_approval_type", StepType.APPROVE)
    if step_type in WITHOUT_FORM:
        forbid(given, ["required_form"], path, faults)
        return {"step_approval_type": step_type}
    if step_type == StepType.SUBMIT:
        given = {"required_form": "", **given}
    return {"step_approval_type": step_type, **read_keys(given, {"required_form": FORM}, path, faults)}


def forbid_unregistered_type(given: Mapping[str, Any], path: Path, faults: list[Fault]) -> None:
    """The fault of an approval whose approver type is not registered."""
    where, name = (*path, "custom_type"), given.get("custom_type")
    if name in (None, ""):
        faults.append(Fault(code=ErrorCode.REQUIRED, message=str(CUSTOM_TYPE.missing), path=where))
    else:
        message = _("No approver type “%s” is registered.") % shown(name)
        faults.append(Fault(code=ErrorCode.INVALID, message=message, path=where))


USER: Final = Parameter(
    kind=Kind.KEY,
    read=read_key,
    label=gettext_lazy("Person"),
    description="The user of a USER approval, and of no other",
    names="user",
    required=True,
    missing=gettext_lazy("An approval by a user must name the user."),
)
ROLE: Final = Parameter(
    kind=Kind.KEY,
    read=read_key,
    label=gettext_lazy("Role"),
    description="The role of a ROLE approval, and of no other",
    names="role",
    required=True,
    missing=gettext_lazy("An approval by a role must name the role."),
)
FORM: Final = Parameter(
    kind=Kind.KEY,
    read=read_key,
    label=gettext_lazy("Form"),
    description="The form to fill in",
    created="needed for SUBMIT, refused for MOVE, allowed for the others",
    names="form",
    missing=gettext_lazy("A step that submits a form must name the form."),
)
SHARING: Final = Parameter(
    kind=Kind.CHOICE,
    read=one_of(RoleSelectionStrategy),
    label=gettext_lazy("How the members decide"),
    description="How the role's members share the approval",
    created="ANYONE when left out",
    shown="null for other types",
    choices=RoleSelectionStrategy,
)
QUORUM: Final = Parameter(
    kind=Kind.NUMBER,
    read=whole_number_up_to(10_000),
    label=gettext_lazy("How many must approve"),
    description="How many approvals are enough",
    created="needed for QUORUM, and for no other",
    shown="null for other strategies than QUORUM",
    required=True,
    missing=gettext_lazy("A quorum must say how many must approve."),
)
PERCENTAGE: Final = Parameter(
    kind=Kind.DECIMAL,
    read=read_percentage,
    label=gettext_lazy("Percentage that must approve"),
    description="How many per cent of the members are enough",
    rule="above 0 and at most 100",
    created="needed for PERCENTAGE, and for no other",
    shown="null for other strategies than PERCENTAGE",
    required=True,
    missing=gettext_lazy("A percentage must be given."),
)
LEVELS: Final = Parameter(
    kind=Kind.NUMBER,
    read=whole_number_up_to(20),
    label=gettext_lazy("Levels of managers"),
    description="How many managers up",
    rule="from 1",
    created="for HIERARCHY_UP and HIERARCHY_CHAIN; 1 when left out",
    shown="null for other strategies than HIERARCHY_UP and HIERARCHY_CHAIN",
)
STEP: Final = Parameter(
    kind=Kind.CHOICE,
    read=one_of(StepType),
    label=gettext_lazy("What is asked"),
    description="What the decision asks of its approver",
    choices=StepType,
)
CUSTOM_TYPE: Final = Parameter(
    kind=Kind.TEXT,
    read=read_text,
    label=gettext_lazy("Approver type of the project"),
    description="The name of a CUSTOM approval's approver type",
    rule="one of approverTypes",
    shown="null for other types",
    required=True,
    missing=gettext_lazy("An approval of the project's own kind must name its approver type."),
)
PARAMETERS: Final = Parameter(
    kind=Kind.JSON,
    read=read_object,
    label=gettext_lazy("Parameters of that type"),
    description="What a CUSTOM approval's approver type is told, as a JSON object",
    created="which keys it takes is told by approverTypes",
    shown="null for other types",
)

CONDITION: Final = Parameter(
    kind=Kind.CONDITION,
    read=read_condition,
    label=gettext_lazy("Condition"),
    description="The approval is skipped where this does not hold for the object",
    created="left out: always asked",
    shown="null: always asked",
)

WITHOUT_FORM: Final = (StepType.MOVE,)
NUMBER_OF: Final[Mapping[RoleSelectionStrategy, str]] = {
    RoleSelectionStrategy.QUORUM: "quorum_count",
    RoleSelectionStrategy.PERCENTAGE: "percentage_required",
    RoleSelectionStrategy.HIERARCHY_UP: "hierarchy_levels",
    RoleSelectionStrategy.HIERARCHY_CHAIN: "hierarchy_levels",
}
NUMBERS: Final[Mapping[str, Parameter]] = {
    "quorum_count": QUORUM,
    "percentage_required": PERCENTAGE,
    "hierarchy_levels": LEVELS,
}
KEYS_OF_SOME_TYPES: Final = ("approval_user", "user_role", "role_selection_strategy", *NUMBERS)
KEYS_OF_CUSTOM: Final = ("custom_type", "parameters")
