"""Approval configurations: the one place that reads `approvals` JSON, for every way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_workflow_engine.choices import ApprovalTypes, ErrorCode, RoleSelectionStrategy, StepType
from django_workflow_engine.definitions import approval_keys
from django_workflow_engine.definitions.approval_keys import (
    KEYS_OF_SOME_TYPES,
    Key,
    forbid,
    forbid_unregistered_type,
    read_common,
    read_keys,
)
from django_workflow_engine.definitions.approver_types import ApproverType, project_type, type_named
from django_workflow_engine.definitions.conditions.expressions import Expression, as_json
from django_workflow_engine.definitions.deadlines import DEADLINE, Deadline, faults_beside
from django_workflow_engine.definitions.declared import Declared, Kind, declared
from django_workflow_engine.definitions.fallbacks import (
    FALLBACK_ROLE,
    FALLBACK_USER,
    FALLBACKS,
    Fallback,
    fallback_named,
)
from django_workflow_engine.definitions.values import key_as_json, shown
from django_workflow_engine.errors import Fault, Path


@dataclass(frozen=True, kw_only=True)
class ApprovalConfiguration:
    """Who decides one approval of a position, and what the decision asks of them.

    Each field that is declared is a key of the stored JSON. Which of them stand beside which is the approver type's to
    say. `index` is the place in the list that it was read from.
    """

    approval_type: Annotated[
        ApprovalTypes,
        Declared(
            kind=Kind.CHOICE,
            read=approval_keys.one_of(ApprovalTypes),
            label=gettext_lazy("Decided by"),
            description="Who decides",
            choices=ApprovalTypes,
        ),
    ]
    custom_type: Annotated[str | None, approval_keys.CUSTOM_TYPE] = None
    parameters: Annotated[Mapping[str, Any] | None, approval_keys.PARAMETERS] = None
    approval_user: Annotated[Key | None, approval_keys.USER] = None
    user_role: Annotated[Key | None, approval_keys.ROLE] = None
    role_selection_strategy: Annotated[RoleSelectionStrategy | None, approval_keys.SHARING] = None
    quorum_count: Annotated[int | None, approval_keys.QUORUM] = None
    percentage_required: Annotated[float | None, approval_keys.PERCENTAGE] = None
    hierarchy_levels: Annotated[int | None, approval_keys.LEVELS] = None
    step_approval_type: Annotated[StepType, approval_keys.STEP] = StepType.APPROVE
    required_form: Annotated[Key | None, approval_keys.FORM] = None
    condition: Annotated[Expression | None, approval_keys.CONDITION] = None
    deadline: Annotated[Deadline | None, DEADLINE] = None
    fallback_user: Annotated[Key | None, FALLBACK_USER] = None
    fallback_role: Annotated[Key | None, FALLBACK_ROLE] = None
    index: int = field(default=0, compare=False)

    @property
    def type_name(self) -> str:
        """The name under which the approver type is registered."""
        return self.custom_type or "" if self.approval_type == ApprovalTypes.CUSTOM else self.approval_type.value

    @property
    def kind(self) -> type[ApproverType] | None:
        """The approver type; None where it is not registered any more."""
        return _kind(self.approval_type, self.custom_type)

    @property
    def type_label(self) -> str:
        """The approver type in words of the active language; the name of one that is not registered any more."""
        if self.approval_type != ApprovalTypes.CUSTOM:
            return str(self.approval_type.label)
        return self.type_name if self.kind is None else str(self.kind.label)

    @property
    def fallback(self) -> Fallback | None:
        """Who is asked when nobody else can be, and when the time is up: named by the approval, or by its deadline."""
        return fallback_named(self) or fallback_named(self.deadline, "deadline")

    def as_json(self) -> dict[str, Any]:
        """The form that `stage_info`, `pipeline_info` and `workflow_info` store."""
        values = {name: getattr(self, name) for name in KEYS}
        values["step_approval_type"] = None if self.step_approval_type == StepType.APPROVE else self.step_approval_type
        return {name: _written(name, value) for name, value in values.items() if value is not None}


def _written(name: str, value: Any) -> Any:
    kind = declared(ApprovalConfiguration)[name].kind
    if kind is Kind.CONDITION:
        return as_json(value)
    if kind is Kind.DEADLINE:
        return value.as_json()
    return value.value if kind is Kind.CHOICE else value


KEYS: Final = tuple(declared(ApprovalConfiguration))
REFERENCES: Final = tuple(name for name, key in declared(ApprovalConfiguration).items() if key.kind is Kind.KEY)
# What the data functions add for people; it says nothing of its own, so what they give can be sent back.
DESCRIPTIONS: Final = frozenset({"approval_type_display", "strategy_display"})
_INSTEAD: Final = {"deadline": DEADLINE, "fallback_user": FALLBACK_USER, "fallback_role": FALLBACK_ROLE}
_KNOWN: Final = frozenset(KEYS) | DESCRIPTIONS


def with_json_keys(approvals: Any) -> Any:
    """A list of approvals whose primary keys are written as JSON holds them; anything else as it is."""
    if not isinstance(approvals, list | tuple):
        return approvals
    return [_with_json_keys(one) if isinstance(one, Mapping) else one for one in approvals]


def _with_json_keys(approval: Mapping[str, Any]) -> dict[str, Any]:
    written, deadline = _with_keys(approval, REFERENCES), approval.get("deadline")
    return written | {"deadline": _with_keys(deadline, FALLBACKS)} if isinstance(deadline, Mapping) else written


def _with_keys(given: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    keys = {name: key_as_json(given[name]) for name in names if name in given}
    return {**given, **{name: key for name, key in keys.items() if key is not None}}


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
    """Read a list of approval objects; the same contract as `parse_approvals`, and one fault for each approval.

    What a project's approver type refuses is among them all the same: on a run it is an approval that nobody can
    decide, and not one that is passed over.
    """
    if not isinstance(raw, list | tuple):
        faults.append(Fault(code=ErrorCode.INVALID, message=_("This must be a list of approvals."), path=path))
        return ()
    found = []
    for index, item in enumerate(raw):
        wrong: list[Fault] = []
        read = _parse_one(item, index, (*path, str(index)), wrong)
        faults += wrong[:1]
        if read is not None and (not wrong or read.approval_type == ApprovalTypes.CUSTOM):
            found.append(read)
    return tuple(found)


def _parse_one(item: Any, index: int, path: Path, faults: list[Fault]) -> ApprovalConfiguration | None:
    """The approval as far as it can be read; None where its type cannot."""
    given = _given(item, path, faults)
    if given is None:
        return None
    approval_type = _approval_type(given, path, faults)
    if approval_type is None:
        return None
    kind = _kind(approval_type, given.get("custom_type"))
    values = _values_without_type(given, path, faults) if kind is None else kind.read(given, path, faults)
    common = {**read_common(given, path, faults), **_read_instead(given, path, faults)}
    return ApprovalConfiguration(approval_type=approval_type, index=index, **values, **common)


def _read_instead(given: Mapping[str, Any], path: Path, faults: list[Fault]) -> dict[str, Any]:
    """What happens where nobody decides: until when, and who is asked instead."""
    wrong: list[Fault] = []
    read = read_keys(given, _INSTEAD, path, wrong)
    faults += wrong or faults_beside(read.get("deadline"), read, path)
    return read


def _kind(approval_type: ApprovalTypes, custom_type: Any) -> type[ApproverType] | None:
    """The approver type: one of the engine's, or the project's own of this name."""
    return project_type(custom_type) if approval_type == ApprovalTypes.CUSTOM else type_named(approval_type.value)


def _values_without_type(given: Mapping[str, Any], path: Path, faults: list[Fault]) -> dict[str, Any]:
    """What is left to show of an approval whose approver type is not registered."""
    forbid(given, KEYS_OF_SOME_TYPES, path, faults)
    forbid_unregistered_type(given, path, faults)
    parameters = given.get("parameters")
    return {
        "custom_type": shown(given.get("custom_type", "")),
        "parameters": parameters if isinstance(parameters, Mapping) else None,
    }


def _given(item: Any, path: Path, faults: list[Fault]) -> dict[str, Any] | None:
    """What an approval says; None, and a fault, for what is none, or has a key that no approval has."""
    if not isinstance(item, Mapping):
        faults.append(Fault(code=ErrorCode.INVALID, message=_("An approval must be a JSON object."), path=path))
        return None
    unknown = item.keys() - _KNOWN
    if unknown:
        key = shown(min(map(str, unknown)))
        message = _("An approval has no key “%s”.") % key
        faults.append(Fault(code=ErrorCode.INVALID, message=message, path=(*path, key)))
        return None
    return {key: value for key, value in item.items() if value is not None and key not in DESCRIPTIONS}


def _approval_type(given: Mapping[str, Any], path: Path, faults: list[Fault]) -> ApprovalTypes | None:
    where = (*path, "approval_type")
    if "approval_type" not in given:
        message = _("An approval must say who decides it.")
        faults.append(Fault(code=ErrorCode.REQUIRED, message=message, path=where))
        return None
    read = declared(ApprovalConfiguration)["approval_type"].read
    approval_type: ApprovalTypes | None = read(given["approval_type"], where, faults)
    return approval_type
