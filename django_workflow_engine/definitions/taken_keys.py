"""Which keys an approval takes beside which: the table that the readers obey, and that forms show their fields by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django_workflow_engine.choices import ApprovalTypes, RoleSelectionStrategy, StepType

NUMBER_OF: Final[Mapping[RoleSelectionStrategy, str]] = {
    RoleSelectionStrategy.QUORUM: "quorum_count",
    RoleSelectionStrategy.PERCENTAGE: "percentage_required",
    RoleSelectionStrategy.HIERARCHY_UP: "hierarchy_levels",
    RoleSelectionStrategy.HIERARCHY_CHAIN: "hierarchy_levels",
}
NUMBERS: Final = ("quorum_count", "percentage_required", "hierarchy_levels")
KEYS_OF_TYPE: Final[Mapping[ApprovalTypes, tuple[str, ...]]] = {
    ApprovalTypes.USER: ("approval_user",),
    ApprovalTypes.ROLE: ("user_role", "role_selection_strategy", *NUMBERS),
    ApprovalTypes.SELF: (),
    ApprovalTypes.TEAM_HEAD: (),
    ApprovalTypes.DEPARTMENT_HEAD: (),
}
WITHOUT_FORM: Final = (StepType.MOVE,)

Conditions = Mapping[str, Mapping[str, tuple[str, ...]]]


def conditions() -> Conditions:
    """For each key that not every approval takes: the values that other keys must have, by the other key."""
    with_form = tuple(step.value for step in StepType if step not in WITHOUT_FORM)
    return {key: {"approval_type": _types_with(key)} | _strategies_with(key) for key in _KEYS_OF_SOME_TYPES} | {
        "required_form": {"step_approval_type": with_form}
    }


_KEYS_OF_SOME_TYPES: Final = tuple(dict.fromkeys(key for keys in KEYS_OF_TYPE.values() for key in keys))


def _types_with(key: str) -> tuple[str, ...]:
    return tuple(approval_type.value for approval_type, keys in KEYS_OF_TYPE.items() if key in keys)


def _strategies_with(key: str) -> dict[str, tuple[str, ...]]:
    found = tuple(strategy.value for strategy, number in NUMBER_OF.items() if number == key)
    return {"role_selection_strategy": found} if found else {}
