"""Templates and frozen versions: workflow, pipeline, stage."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from operator import attrgetter
from typing import Any, cast

import strawberry
import strawberry_django
from strawberry import relay

from django_workflow_engine.choices import WorkflowStatus
from django_workflow_engine.definitions.parts import PipelineFields, StageFields, WorkflowFields
from django_workflow_engine.definitions.tree import PipelineNode, StageNode, WorkflowTree
from django_workflow_engine.i18n import in_own_language
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.strategies import strategy_for
from gql_workflows.access.changing import TemplateObstacle
from gql_workflows.context import Info
from gql_workflows.execution.fields import itself, loaded, planned
from gql_workflows.types import enums, summaries
from gql_workflows.types.actions import WorkflowAction, actions_of
from gql_workflows.types.approvals import ApprovalConfiguration, approvals_of
from gql_workflows.types.declared import shows, shows_row
from gql_workflows.types.diagrams import WorkflowDiagram, diagram_for
from gql_workflows.types.judged import judged
from gql_workflows.types.people import User
from gql_workflows.types.reasons import ViewerCannotChangeReason


async def tree_of(row: WorkFlow, info: Info) -> WorkflowTree:
    """The content of a workflow row without its actions, loaded once for a whole page."""
    return await info.context.loaders.trees.load(row)


@strawberry.type(description="What pipelines and stages have in common; no type of the schema by itself.")
class NamedNode(relay.Node):
    """A view on one named node of a tree."""

    id: relay.NodeID[int]
    node: strawberry.Private[PipelineNode | StageNode]

    @planned(description="The name in the language of the request: nameAr where it is Arabic, else nameEn.")
    def name(self) -> str:
        return in_own_language(self.node.name_en, self.node.name_ar)


@strawberry.type(description="One approval stage of a pipeline.")
@shows(StageFields, StageNode)
class Stage(NamedNode):
    """A view on a stage of a tree."""

    node: strawberry.Private[StageNode]
    parent: strawberry.Private[Pipeline]

    @classmethod
    def of(cls, node: StageNode, parent: Pipeline) -> Stage:
        """The stage of this node."""
        return cls(id=cast(int, node.id), node=node, parent=parent)

    @planned(description="The pipeline that the stage belongs to.")
    def pipeline(self) -> Pipeline:
        return self.parent

    @planned(description="What is asked here, in order (strategy WORKFLOW_PIPELINE_STAGE).")
    def approvals(self) -> list[ApprovalConfiguration]:
        return approvals_of(self.node.approvals)

    @planned(description="The number of approvals.")
    def approvals_count(self) -> int:
        return len(self.node.approvals)

    @planned(description="Whether there is any approval.")
    def has_approvals(self) -> bool:
        return bool(self.node.approvals)

    @planned(description="What events call at this stage, in place of the pipeline's own, in order.")
    async def actions(self, info: Info) -> list[WorkflowAction]:
        return await actions_of(("stage", self.node.id), self.parent.row, info)


def _department_key(pipeline: Pipeline) -> tuple[int, str] | None:
    content_type_id, key = pipeline.node.department_content_type_id, pipeline.node.department_id
    return None if content_type_id is None or key is None else (content_type_id, key)


@strawberry.type(description="A department or phase of a workflow.")
@shows(PipelineFields, PipelineNode)
class Pipeline(NamedNode):
    """A view on a pipeline of a tree."""

    node: strawberry.Private[PipelineNode]
    row: strawberry.Private[WorkFlow]
    department_name: str | None = loaded(
        "texts", by=_department_key, description="The department's name; null where there is none or it is gone."
    )

    @classmethod
    def of(cls, node: PipelineNode, row: WorkFlow) -> Pipeline:
        """The pipeline of this node."""
        return cls(id=cast(int, node.id), node=node, row=row)

    @planned(description="The workflow that the pipeline belongs to.")
    def workflow(self) -> Workflow:
        return cast(Workflow, self.row)

    @planned(description="What is asked here, in order (strategy WORKFLOW_PIPELINE).")
    def approvals(self) -> list[ApprovalConfiguration]:
        return approvals_of(self.node.approvals)

    @planned(description="The stages, in order.")
    def stages(self) -> list[Stage]:
        return [Stage.of(stage, self) for stage in self.node.stages]

    @planned(description="The number of stages.")
    def stages_count(self) -> int:
        return len(self.node.stages)

    @planned(description="What events call in this pipeline, in place of the workflow's own, in order.")
    async def actions(self, info: Info) -> list[WorkflowAction]:
        return await actions_of(("pipeline", self.node.id), self.row, info)


async def _reason_against_editing(row: WorkFlow, info: Info) -> TemplateObstacle | None:
    return await info.context.loaders.obstacles_to_editing.load(row)


async def _reason_against_deleting(row: WorkFlow, info: Info) -> TemplateObstacle | None:
    return await info.context.loaders.obstacles_to_deleting.load(row)


@strawberry_django.type(
    WorkFlow,
    name="Workflow",
    description="A template that people edit, or (isHidden) the frozen version of one that attachments run on.",
)
@shows_row(WorkflowFields)
class Workflow(relay.Node):
    """A workflow row; its content comes from the loader of trees."""

    is_hidden: bool = strawberry_django.field(description="True of the frozen versions that attachments run on.")
    created_at: datetime.datetime = strawberry_django.field(description="When it was created.")
    modified_at: datetime.datetime = strawberry_django.field(description="When the workflow's own row last changed.")
    approvals: list[ApprovalConfiguration] = loaded(
        "trees",
        by=itself,
        beside=lambda tree, root: approvals_of(tree.approvals),
        description="What is asked here, in order (strategy WORKFLOW_ONLY).",
    )
    pipelines: list[Pipeline] = loaded(
        "trees",
        by=itself,
        beside=lambda tree, root: [Pipeline.of(node, root) for node in tree.pipelines],
        description="The pipelines, in order.",
    )
    pipelines_count: int = loaded(
        "content_counts", by=itself, view=attrgetter("pipelines"), description="The number of pipelines."
    )
    total_stages_count: int = loaded(
        "content_counts", by=itself, view=attrgetter("stages"), description="The number of stages in all pipelines."
    )
    total_approvals_count: int = loaded(
        "content_counts", by=itself, view=attrgetter("approvals"), description="The number of approvals at all levels."
    )
    completion_status: summaries.CompletionStatus = loaded(
        "trees",
        by=itself,
        beside=lambda tree, root: completion_of(root, tree),
        description="Whether a run could be started, and what is missing.",
    )
    approval_summary: summaries.ApprovalSummary = loaded(
        "trees",
        by=itself,
        beside=lambda tree, root: summary_of(root, tree),
        description="The approvals, counted.",
    )
    diagram: WorkflowDiagram = loaded(
        "trees",
        by=itself,
        beside=lambda tree, root: diagram_for(tree, root),
        description="The positions as a picture.",
    )
    company: User | None = loaded(
        "users", by="company_id", description="The user that stands for the owning company; null: everybody's."
    )
    cloned_from: Workflow | None = loaded(
        "visible_templates",
        by="cloned_from_id",
        description="The template of a frozen version; null where you may not see it.",
    )
    created_by: User | None = loaded(
        "users", by="created_by_id", description="Who created it; null where that user is gone."
    )

    @planned(description="The name in the language of the request: nameAr where it is Arabic, else nameEn.")
    def name(self, root: strawberry.Parent[WorkFlow]) -> str:
        return in_own_language(root.name_en, root.name_ar)

    @planned(description="Whether it may be attached.", of="status")
    def status(self, root: strawberry.Parent[WorkFlow]) -> enums.WorkflowStatus:
        return WorkflowStatus(root.status)

    @planned(description="Whether it is a template with status ACTIVE; false of frozen versions.")
    def is_active(self, root: strawberry.Parent[WorkFlow]) -> bool:
        return usable(root)

    viewer_can_edit, viewer_cannot_edit_reason = judged(
        _reason_against_editing,
        ViewerCannotChangeReason,
        can="Whether you may change it and all below it: show the buttons for updateWorkflow, createStage and their "
        "like. Values may still be refused, and actions are for administrators.",
        cannot="Why you may not change it; null when viewerCanEdit is true.",
    )
    viewer_can_delete, viewer_cannot_delete_reason = judged(
        _reason_against_deleting,
        ViewerCannotChangeReason,
        can="Whether you may delete it by deleteWorkflow: show the button.",
        cannot="Why you may not delete it; null when viewerCanDelete is true.",
    )

    @planned(description="What events call at any position that has no actions of its own for them, in order.")
    async def actions(self, root: strawberry.Parent[WorkFlow], info: Info) -> list[WorkflowAction]:
        return await actions_of(("workflow", root.pk), root, info)


def usable(row: WorkFlow) -> bool:
    """Whether the row is a template that is switched on; a frozen version is attached by nobody."""
    return row.is_active and not row.is_hidden


def completion_of(row: WorkFlow, tree: WorkflowTree) -> summaries.CompletionStatus:
    """The completeness of a tree."""
    is_complete, message = strategy_for(tree.strategy).completeness(tree)
    return summaries.CompletionStatus(
        row=row,
        is_complete=is_complete,
        message=message,
        is_active=usable(row),
        can_be_activated=is_complete and not row.is_hidden,
    )


def summary_of(row: WorkFlow, tree: WorkflowTree) -> summaries.ApprovalSummary:
    """The approvals of a tree, counted."""
    approvals = tree.all_approvals
    types = Counter(approval.approval_type for approval in approvals)
    strategies = Counter(
        approval.role_selection_strategy for approval in approvals if approval.role_selection_strategy is not None
    )
    return summaries.ApprovalSummary(
        total_approvals=len(approvals),
        by_type=[summaries.ApproverTypeCount(approval_type=key, count=number) for key, number in types.items()],
        by_strategy=[
            summaries.RoleStrategyCount(role_selection_strategy=key, count=number) for key, number in strategies.items()
        ],
        by_pipeline=[
            summaries.PipelineApprovalCount(pipeline=Pipeline.of(node, row), count=_approvals_in(node))
            for node in tree.pipelines
        ],
    )


def _approvals_in(node: PipelineNode) -> int:
    return len(node.approvals) + sum(len(stage.approvals) for stage in node.stages)


def stages_in(row: Any, tree: WorkflowTree) -> Iterator[Stage]:
    """Every stage of a workflow's content."""
    for pipeline in tree.pipelines:
        parent = Pipeline.of(pipeline, row)
        yield from (Stage.of(stage, parent) for stage in pipeline.stages)


def stage_in(row: Any, tree: WorkflowTree, stage_id: int | None) -> Stage | None:
    """The stage with this id in a workflow's content."""
    return next((stage for stage in stages_in(row, tree) if stage.id == stage_id), None)
