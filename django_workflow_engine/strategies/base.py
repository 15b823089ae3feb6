"""What differs by strategy, and the route of positions that everything else follows from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django.utils.translation import gettext as _

from django_workflow_engine.choices import ApprovalMode, ApprovalTypes, ErrorCode, RejectionRule, WorkflowStrategy
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.definitions.conditions.expressions import Expression
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
    def conditions(self) -> tuple[Expression, ...]:
        """What has to hold for the position to be asked: its pipeline's condition, and its own."""
        nodes = (self.pipeline, self.stage)
        return tuple(node.condition for node in nodes if node is not None and node.condition is not None)

    @property
    def may_be_skipped(self) -> bool:
        """Whether a run may come past without asking here."""
        return bool(self.conditions) or all(one.condition is not None for one in self.approvals)

    @property
    def asks_at_once(self) -> bool:
        """Whether its approvals are asked all at once."""
        return self.holder.approval_mode == ApprovalMode.PARALLEL

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


class Asking(Protocol):
    """Whatever says how approvals are asked: a node, or the values of a row."""

    @property
    def approvals(self) -> Sequence[Any]: ...

    @property
    def approval_mode(self) -> ApprovalMode: ...

    @property
    def required_approvals(self) -> int | None: ...

    @property
    def on_reject(self) -> RejectionRule: ...


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

    @property
    def may_be_skipped(self) -> bool:
        """Whether a run may come through without being asked once."""
        return all(position.may_be_skipped for position in self.positions)

    @property
    def asked_first(self) -> Sequence[ApprovalConfiguration]:
        """The approvals that may be the first to be asked: those up to the first position that is never skipped."""
        found: list[ApprovalConfiguration] = []
        for position in self.positions:
            found += position.approvals
            if not position.may_be_skipped:
                break
        return found

    @property
    def conditions(self) -> Sequence[Expression]:
        """Every condition of the route, each pipeline's as often as it has positions."""
        return [
            condition
            for position in self.positions
            for condition in (*position.conditions, *(one.condition for one in position.approvals))
            if condition is not None
        ]

    def onwards(self, position: Position) -> Sequence[Position]:
        """The position and those that follow it, in order."""
        index = self.index(pipeline_id=position.pipeline_id, stage_id=position.stage_id)
        return () if index is None else self.positions[index:]

    def before(self, position: Position) -> Sequence[Position]:
        """Those that come before the position, in order."""
        index = self.index(pipeline_id=position.pipeline_id, stage_id=position.stage_id)
        return self.positions[: index or 0]

    def behind(self, position: Position) -> Sequence[Position]:
        """Those that follow the position, in order."""
        return self.onwards(position)[1:]

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
    def completeness_faults(self, tree: WorkflowTree) -> Iterator[Fault]:
        """Everything that a run would lack, with the path of the part that lacks it."""

    def completeness_problem(self, tree: WorkflowTree) -> str | None:
        """The first thing that a run would lack, as a sentence, or None when there is none."""
        return next((fault.message for fault in self.completeness_faults(tree)), None)

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
        for level, path, node in carriers(tree):
            yield from self.approval_faults(node.approvals, level=level, path=(*path, "approvals"))
            yield from self.asking_faults(node, level=level, path=path)

    def approval_faults(self, approvals: Sequence[ApprovalConfiguration], *, level: str, path: Path) -> Iterator[Fault]:
        """Everything that this strategy does not allow of the approvals of one node, whose list stands at `path`."""
        if approvals and level != self.approvals_level:
            yield self._violation(_("This strategy asks for no approvals here."), path)
            return
        for approval in approvals:
            if approval.approval_type in self.types_refused:
                where = (*path, str(approval.index), "approval_type")
                yield self._violation(_(self.types_refused_because), where)

    def asking_faults(self, asking: Asking, *, level: str, path: Path) -> Iterator[Fault]:
        """What is wrong with how the approvals of one node are asked, whose values stand below `path`."""
        mode, required = (*path, "approval_mode"), (*path, "required_approvals")
        if level != self.approvals_level:
            message = _("This strategy asks for no approvals here.")
            if asking.approval_mode != ApprovalMode.SEQUENTIAL:
                yield self._violation(message, mode)
            if asking.required_approvals is not None:
                yield self._violation(message, required)
            if asking.on_reject != RejectionRule.END:
                yield self._violation(message, (*path, "on_reject"))
        elif asking.required_approvals is None:
            return
        elif asking.approval_mode != ApprovalMode.PARALLEL:
            message = _("Only of approvals that are asked all at once a number can be enough.")
            yield Fault(code=ErrorCode.INVALID, message=message, path=required)
        elif asking.required_approvals > len(asking.approvals):
            message = _("There are only %d approvals here.") % len(asking.approvals)
            yield Fault(code=ErrorCode.INVALID, message=message, path=required)

    @staticmethod
    def _lacking(message: str, path: Path) -> Fault:
        return Fault(code=ErrorCode.WORKFLOW_INCOMPLETE, message=message, path=path)

    @staticmethod
    def _violation(message: str, path: Path) -> Fault:
        return Fault(code=ErrorCode.STRATEGY_VIOLATION, message=message, path=path)
