"""What a caller asks for when a template, or a part of one, is created."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django_workflow_engine.choices import WorkflowStatus, WorkflowStrategy

NAME_LENGTH: Final = 255
MAX_PIPELINES: Final = 50
MAX_STAGES: Final = 50
MAX_APPROVALS: Final = 20
MAX_ACTIONS: Final = 50
MAX_ORDER: Final = 2_147_483_647
COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, kw_only=True)
class ActionSpec:
    """An action to create; without an order it comes behind the one before it."""

    action_type: str
    function_path: str
    parameters: Mapping[str, Any] | None = None
    order: int | None = None
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class StageSpec:
    """A stage to create; `approvals` are objects in the form that `stage_info` stores."""

    name_en: str
    name_ar: str = ""
    order: int | None = None
    color: str | None = None
    is_active: bool = True
    form_info: Any = field(default_factory=dict)
    approvals: Sequence[Mapping[str, Any]] = ()
    actions: Sequence[ActionSpec] = ()


@dataclass(frozen=True, kw_only=True)
class PipelineSpec:
    """A pipeline to create, with its stages or the number of empty ones to make."""

    name_en: str
    name_ar: str = ""
    order: int | None = None
    department_id: str | None = None
    number_of_stages: int | None = None
    stages: Sequence[StageSpec] = ()
    approvals: Sequence[Mapping[str, Any]] = ()
    actions: Sequence[ActionSpec] = ()


@dataclass(frozen=True, kw_only=True)
class WorkflowSpec:
    """A template to create."""

    name_en: str
    name_ar: str = ""
    description: str = ""
    company_id: Any = None
    strategy: WorkflowStrategy = WorkflowStrategy.WORKFLOW_PIPELINE_STAGE
    status: WorkflowStatus = WorkflowStatus.ACTIVE
    pipelines: Sequence[PipelineSpec] = ()
    approvals: Sequence[Mapping[str, Any]] = ()
    actions: Sequence[ActionSpec] = ()
