"""A workflow's content as plain values: what is validated, frozen, fingerprinted and walked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.definitions.parts import ActionFields, PipelineFields, StageFields, WorkflowFields
from django_workflow_engine.errors import Fault, Path

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ActionNode(ActionFields):
    """One configured action."""

    id: int | None = None
    uuid: UUID | None = None
    parameters: Json = field(default_factory=dict)
    order: int = 0


@dataclass(frozen=True, kw_only=True)
class StageNode(StageFields):
    """One stage; `info` is its stored JSON, `approvals` what that JSON says.

    `origin_id` is the template's stage that it is, or was copied from.
    """

    id: int | None = None
    uuid: UUID | None = None
    order: int = 0
    origin_id: int | None = None
    info: Json = field(default_factory=dict)
    approvals: tuple[ApprovalConfiguration, ...] = ()
    actions: tuple[ActionNode, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PipelineNode(PipelineFields):
    """One pipeline with its stages in order; `origin_id` is the template's pipeline that it is, or was copied from."""

    id: int | None = None
    uuid: UUID | None = None
    order: int = 0
    origin_id: int | None = None
    info: Json = field(default_factory=dict)
    department_content_type_id: int | None = None
    approvals: tuple[ApprovalConfiguration, ...] = ()
    stages: tuple[StageNode, ...] = ()
    actions: tuple[ActionNode, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WorkflowTree(WorkflowFields):
    """One workflow with its pipelines in order; `faults` is what its stored JSON gets wrong."""

    id: int | None = None
    company_id: Any = None
    info: Json = field(default_factory=dict)
    approvals: tuple[ApprovalConfiguration, ...] = ()
    pipelines: tuple[PipelineNode, ...] = ()
    actions: tuple[ActionNode, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def stages(self) -> tuple[StageNode, ...]:
        """All stages, in the order of the route."""
        return tuple(stage for pipeline in self.pipelines for stage in pipeline.stages)

    @property
    def all_approvals(self) -> tuple[ApprovalConfiguration, ...]:
        """Every approval, at whatever level it stands."""
        return tuple(approval for _level, _path, node in carriers(self) for approval in node.approvals)


Carrier = tuple[str, Path, WorkflowTree | PipelineNode | StageNode]


def carriers(tree: WorkflowTree) -> Iterator[Carrier]:
    """Every node that can carry approvals: its level ("workflow", "pipeline" or "stage"), path and itself."""
    yield "workflow", (), tree
    for i, pipeline in enumerate(tree.pipelines):
        where = ("pipelines", str(i))
        yield "pipeline", where, pipeline
        for j, stage in enumerate(pipeline.stages):
            yield "stage", (*where, "stages", str(j)), stage
