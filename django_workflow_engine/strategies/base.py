"""What differs by strategy, and the route of positions that everything else follows from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from django_workflow_engine.choices import ApprovalTypes, ErrorCode, WorkflowStrategy
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.definitions.tree import PipelineNode, StageNode, WorkflowTree, carriers
from django_workflow_engine.errors import Fault, Path


@dataclass(frozen=True, kw_only=True)
class Position:
    """One place where approvals live: a stage, a pipeline, or the workflow itself."""

    workflow: WorkflowTree
    pipeline: PipelineNode | None = None
    stage: StageNode | None = None

    @property
    def holder(self) -> WorkflowTree | PipelineNode | StageNode:
        """The node that carries this position's approvals."""
        return self.stage or self.pipeline or self.workflow

    @property
    def level(self) -> str:
        """Which kind of node the position is: "stage", "pipeline" or "workflow"."""
        if self.stage is not None:
            return "stage"
        return "pipeline" if self.pipeline is not None else "workflow"

    @property
    def approvals(self) -> tuple[ApprovalConfiguration, ...]:
        """What is asked here, one after the other."""
        return self.holder.approvals

    @property
    def name(self) -> str:
        """The position's own name: the stage's, else the pipeline's, else the workflow's."""
        return self.holder.name_en

    @property
    def name_ar(self) -> str:
        """The same in Arabic; empty where there is none."""
        return self.holder.name_ar

    @property
    def pipeline_name(self) -> str | None:
        """The name of the pipeline that the position is in, where the strategy has pipelines."""
        return self.pipeline.name_en if self.pipeline else None

    @property
    def pipeline_name_ar(self) -> str:
        """The same in Arabic; empty where there is none, or no pipeline."""
        return self.pipeline.name_ar if self.pipeline else ""

    @property
    def pipeline_id(self) -> int | None:
        """The id of the pipeline that the position is in."""
        return self.pipeline.id if self.pipeline else None

    @property
    def stage_id(self) -> int | None:
        """The id of the stage that the position is."""
        return self.stage.id if self.stage else None


@dataclass(frozen=True)
class Route:
    """The ordered positions of one workflow."""

    positions: Sequence[Position]

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def first(self) -> Position | None:
        """Where a run starts; None while the template has no position."""
        return self.positions[0] if self.positions else None

    def index(self, *, pipeline_id: int | None, stage_id: int | None) -> int | None:
        """The 0-based place of the position with these ids, or None."""
        for index, position in enumerate(self.positions):
            if position.pipeline_id == pipeline_id and position.stage_id == stage_id:
                return index
        return None

    def at(self, *, pipeline_id: int | None, stage_id: int | None) -> Position | None:
        """The position with these ids, or None."""
        index = self.index(pipeline_id=pipeline_id, stage_id=stage_id)
        return None if index is None else self.positions[index]

    def after(self, position: Position) -> Position | None:
        """The position that follows, or None after the last."""
        index = self.index(pipeline_id=position.pipeline_id, stage_id=position.stage_id)
        if index is None or index + 1 >= len(self.positions):
            return None
        return self.positions[index + 1]


class Strategy(ABC):
    """The rules of one strategy over a tree of plain values."""

    value: ClassVar[WorkflowStrategy]
    approvals_level: ClassVar[str]
    allows_pipelines: ClassVar[bool]
    allows_stages: ClassVar[bool]
    types_refused: ClassVar[frozenset[ApprovalTypes]] = frozenset()
    types_refused_because: ClassVar[str] = ""
    pipelines_refused: ClassVar[str] = ""
    stages_refused: ClassVar[str] = ""

    @abstractmethod
    def positions(self, tree: WorkflowTree) -> list[Position]:
        """The positions of the tree, in the order in which a run takes them."""

    @abstractmethod
    def completeness_problem(self, tree: WorkflowTree) -> str | None:
        """The first thing that a run would lack, as a sentence, or None when there is none."""

    def route(self, tree: WorkflowTree) -> Route:
        """The positions of the tree, to be walked."""
        return Route(tuple(self.positions(tree)))

    def problem(self, tree: WorkflowTree) -> str | None:
        """The first reason why no run of this tree can be started, as a sentence, or None."""
        for fault in (*tree.faults, *self.structure_faults(tree)):
            return fault.message
        return self.completeness_problem(tree)

    def completeness(self, tree: WorkflowTree) -> tuple[bool, str]:
        """Whether a run of this tree can be started, and a sentence that says why not."""
        problem = self.problem(tree)
        return problem is None, problem or _("The workflow is complete")

    def structure_faults(self, tree: WorkflowTree) -> Iterator[Fault]:
        """Everything in the tree that this strategy does not allow, with its path."""
        if tree.pipelines and not self.allows_pipelines:
            yield self._violation(_(self.pipelines_refused), ("pipelines",))
            return
        for index, pipeline in enumerate(tree.pipelines):
            if pipeline.stages and not self.allows_stages:
                yield self._violation(_(self.stages_refused), ("pipelines", str(index), "stages"))
        for level, path, approvals in carriers(tree):
            yield from self.approval_faults(approvals, level=level, path=(*path, "approvals"))

    def approval_faults(self, approvals: Sequence[ApprovalConfiguration], *, level: str, path: Path) -> Iterator[Fault]:
        """Everything that this strategy does not allow of the approvals of one node, whose list stands at `path`."""
        if approvals and level != self.approvals_level:
            yield self._violation(_("This strategy asks for no approvals here."), path)
            return
        for approval in approvals:
            if approval.approval_type in self.types_refused:
                where = (*path, str(approval.index), "approval_type")
                yield self._violation(_(self.types_refused_because), where)

    @staticmethod
    def _violation(message: str, path: Path) -> Fault:
        return Fault(code=ErrorCode.STRATEGY_VIOLATION, message=message, path=path)
