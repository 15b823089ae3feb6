"""Approvals whose numbers or forms cannot work, and the numbers that just can: the same for every way in."""

from __future__ import annotations

from typing import Any, NamedTuple

from django_workflow_engine.choices import ErrorCode

INVALID, REQUIRED = ErrorCode.INVALID, ErrorCode.REQUIRED


class Wrong(NamedTuple):
    """How the members of a role share an approval, what is said beside it, and the fault that this is."""

    sharing: str
    said: dict[str, Any]
    code: ErrorCode
    key: str  # where the fault stands

    def __str__(self) -> str:
        return f"{self.sharing} with {self.said}"

    def approval(self, role_id: Any) -> dict[str, Any]:
        """The approval as the engine's JSON has it."""
        shared = {"approval_type": "role", "user_role": role_id, "role_selection_strategy": self.sharing}
        return shared | self.said


def faults(wrong: list[Wrong], *path: str) -> dict[str, Any]:
    """What is expected of each: its one fault, at its key below this path."""
    return {str(one): [(one.code, (*path, one.key))] for one in wrong}


OUT_OF_RANGE = [
    Wrong(sharing, {key: value}, INVALID, key)
    for sharing, key, values in [
        ("quorum", "quorum_count", (0, -1, 10_001)),
        ("percentage", "percentage_required", (0, -0.5, -60, 100.1, 101)),
        ("hierarchy_up", "hierarchy_levels", (0, -1, 21)),
        ("hierarchy_chain", "hierarchy_levels", (0, -1, 21)),
    ]
    for value in values
]
OF_ANOTHER = [
    Wrong("anyone", {"quorum_count": 2}, INVALID, "quorum_count"),
    Wrong("consensus", {"hierarchy_levels": 1}, INVALID, "hierarchy_levels"),
    Wrong("round_robin", {"percentage_required": 50}, INVALID, "percentage_required"),
    Wrong("majority", {"percentage_required": 50}, INVALID, "percentage_required"),
    Wrong("quorum", {"quorum_count": 2, "percentage_required": 50}, INVALID, "percentage_required"),
    Wrong("quorum", {"quorum_count": 2, "hierarchy_levels": 1}, INVALID, "hierarchy_levels"),
    Wrong("percentage", {"percentage_required": 50, "quorum_count": 2}, INVALID, "quorum_count"),
    Wrong("hierarchy_up", {"hierarchy_levels": 1, "quorum_count": 2}, INVALID, "quorum_count"),
    Wrong("hierarchy_chain", {"hierarchy_levels": 1, "percentage_required": 50}, INVALID, "percentage_required"),
]
MISSING = [
    Wrong("quorum", {}, REQUIRED, "quorum_count"),
    Wrong("percentage", {}, REQUIRED, "percentage_required"),
]
FORMS = [
    Wrong("anyone", {"step_approval_type": "move", "required_form": 1}, INVALID, "required_form"),
    Wrong("anyone", {"step_approval_type": "submit"}, REQUIRED, "required_form"),
]
WRONG = [*OUT_OF_RANGE, *OF_ANOTHER, *MISSING, *FORMS]

# What JSON may hold and no typed door lets in.
OF_ANOTHER_KIND = [
    Wrong(sharing, {key: value}, INVALID, key)
    for sharing, key, values in [
        ("quorum", "quorum_count", (True, "2", 1.5, [2])),
        ("percentage", "percentage_required", (True, "50", [50])),
        ("hierarchy_up", "hierarchy_levels", (True, "1", 1.5)),
    ]
    for value in values
]

JUST_RIGHT = [
    ("quorum", "quorum_count", 1),
    ("quorum", "quorum_count", 10_000),
    ("percentage", "percentage_required", 0.1),
    ("percentage", "percentage_required", 100),
    ("hierarchy_up", "hierarchy_levels", 1),
    ("hierarchy_chain", "hierarchy_levels", 20),
]
