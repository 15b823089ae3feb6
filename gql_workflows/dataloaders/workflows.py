"""Workflow rows and their content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_workflow_engine.definitions.tree import ActionNode, WorkflowTree
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.models.content import contents_of_rows, kept_content
from django_workflow_engine.selectors.contents import ContentCounts, count_contents
from django_workflow_engine.services.templates.problems import TemplateProblem, problems_of_all
from gql_workflows.access import changing

if TYPE_CHECKING:
    from gql_workflows.context import Context

ActionsByOwner = dict[tuple[str, int | None], tuple[ActionNode, ...]]


def rows(context: Context, keys: Sequence[int]) -> dict[int, WorkFlow]:
    """Workflows by id; one statement."""
    return WorkFlow.objects.in_bulk(keys)


def visible_templates(context: Context, keys: Sequence[int]) -> dict[int, WorkFlow]:
    """The templates among these ids that the viewer may see; one statement."""
    return context.policy.templates(context.user).in_bulk(keys)


def trees(context: Context, keys: Sequence[WorkFlow]) -> dict[WorkFlow, WorkflowTree]:
    """Contents by their workflow's row, those of templates without actions; none are read twice of a frozen version."""
    found = contents_of_rows(keys, actions=False)
    return {row: found[row.pk] for row in keys if row.pk in found}


@dataclass(frozen=True, kw_only=True)
class RunContent:
    """What a run uses: the row of its workflow, and the content."""

    row: WorkFlow
    tree: WorkflowTree


def held_workflow(attachment: WorkflowAttachment) -> WorkFlow | None:
    """The row of the workflow, where it was read with the attachment."""
    row: WorkFlow | None = attachment._state.fields_cache.get("workflow")
    return row


def run_content_at_hand(attachment: WorkflowAttachment) -> RunContent | None:
    """What the run uses, where its version was read before in this process."""
    row = held_workflow(attachment)
    tree = None if row is None else kept_content(row)
    return None if row is None or tree is None else RunContent(row=row, tree=tree)


def run_contents(context: Context, keys: Sequence[WorkflowAttachment]) -> dict[WorkflowAttachment, RunContent]:
    """What runs use by their attachment; nothing is read again that this request has read."""
    workflows, trees = context.loaders.workflows, context.loaders.trees
    held = map(held_workflow, keys)
    workflows.prime({row.pk: row for row in held if row is not None})
    workflows.find({attachment.workflow_id for attachment in keys})
    rows = {attachment: workflows.value(workflows.found, attachment.workflow_id) for attachment in keys}
    trees.find(set(rows.values()))
    return {key: RunContent(row=row, tree=trees.value(trees.found, row)) for key, row in rows.items()}


def counts(context: Context, keys: Sequence[WorkFlow]) -> dict[WorkFlow, ContentCounts]:
    """What workflows hold, by their row; one statement, none for content that was read in this request."""
    trees = context.loaders.trees.found
    found = {row: ContentCounts.of(trees[row]) for row in keys if trees.get(row) is not None}
    missing = [row for row in keys if row not in found]
    counted = count_contents([row.pk for row in missing]) if missing else {}
    return found | {row: counted[row.pk] for row in missing if row.pk in counted}


def actions(context: Context, keys: Sequence[WorkFlow]) -> dict[WorkFlow, ActionsByOwner]:
    """The actions of every node by their workflow's row; at most two statements, none for versions read before."""
    found = contents_of_rows(keys)
    return {row: _actions_by_owner(found[row.pk]) for row in keys if row.pk in found}


def problems(context: Context, keys: Sequence[WorkFlow]) -> dict[WorkFlow, list[TemplateProblem]]:
    """What is wrong with workflows now, by their row; a few statements, however many there are."""
    found = problems_of_all(keys)
    return {row: found[row.pk] for row in keys if row.pk in found}


def obstacles_to_editing(context: Context, keys: Sequence[WorkFlow]) -> changing.Found:
    """What keeps the viewer from changing workflows; a few statements, however many there are."""
    return changing.obstacles_to_editing(context.policy, context.user, keys)


def obstacles_to_deleting(context: Context, keys: Sequence[WorkFlow]) -> changing.Found:
    """What keeps the viewer from deleting workflows; one statement, however many there are."""
    return changing.obstacles_to_deleting(context.policy, context.user, keys)


def _actions_by_owner(tree: WorkflowTree) -> ActionsByOwner:
    stages = {("stage", node.id): node.actions for node in tree.stages}
    return (
        {("pipeline", node.id): node.actions for node in tree.pipelines}
        | stages
        | {("workflow", tree.id): tree.actions}
    )
