"""Numbers that lists and statistics give alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Totals:
    """A number of workflows and what they hold; `stage_approvals` are those of the approvals that stages ask for."""

    workflows: int = 0
    active: int = 0
    pipelines: int = 0
    stages: int = 0
    approvals: int = 0
    stage_approvals: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(**{name: value + getattr(other, name) for name, value in vars(self).items()})

    def as_dict(self) -> dict[str, Any]:
        """The keys of the reference; an average over nothing is 0."""
        return {
            "total_workflows": self.workflows,
            "active_workflows": self.active,
            "total_pipelines": self.pipelines,
            "total_stages": self.stages,
            "total_approvals": self.approvals,
            "avg_pipelines_per_workflow": _ratio(self.pipelines, self.workflows),
            "avg_stages_per_workflow": _ratio(self.stages, self.workflows),
            "avg_approvals_per_stage": _ratio(self.stage_approvals, self.stages),
        }


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
