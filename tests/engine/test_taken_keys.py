"""The table of keys that forms show their fields by says what the engine takes, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from django_workflow_engine.choices import ApprovalTypes, RoleSelectionStrategy, StepType
from django_workflow_engine.definitions.approvals import KEYS, parse_approval_list
from django_workflow_engine.definitions.approver_types import conditions

VALUES = {"quorum_count": 2, "percentage_required": 50, "hierarchy_levels": 1}
CHOICES = {
    "approval_type": ApprovalTypes.values,
    "role_selection_strategy": RoleSelectionStrategy.values,
    "step_approval_type": StepType.values,
}
IGNORED = {("approval_user", "self-approved")}  # the requester decides, whoever is named beside


def approval(key: str, **others: Any) -> dict[str, Any]:
    """An approval with this key, and what it needs to have it."""
    value = others.get(key, "consensus" if key == "role_selection_strategy" else VALUES.get(key, 1))
    if others.get("approval_type") == "role":
        others = {"user_role": 1, "role_selection_strategy": "anyone"} | others
    else:
        others.pop("role_selection_strategy", None)
    return {"approval_type": "self-approved"} | others | {key: value}


def refuses(key: str, given: dict[str, Any]) -> bool:
    faults: list[Any] = []
    parse_approval_list([given], path=(), faults=faults)
    return f"An approval of this kind takes no “{key}”." in [fault.message for fault in faults]


@pytest.mark.parametrize("key", sorted(conditions()))
def test_a_key_is_taken_beside_the_values_that_it_is_shown_beside_and_beside_no_others(key):
    for other, shown_beside in conditions()[key].items():
        fitting = {name: values[0] for name, values in conditions()[key].items()}
        for value in CHOICES[other]:
            is_refused = refuses(key, approval(key, **{**fitting, other: value}))
            assert is_refused == (value not in shown_beside and (key, value) not in IGNORED), (key, other, value)


def test_the_keys_that_every_approval_takes_are_who_decides_and_what_is_asked():
    always = {"approval_type", "step_approval_type", "condition", "deadline", "fallback_user", "fallback_role"}
    assert set(KEYS) - set(conditions()) == always
