"""Workflow rows and their content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django_workflow_engine.definitions.tree import ActionNode, WorkflowTree
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.content import contents_of_rows
from django_workflow_engine.selectors.contents import ContentCounts, count_contents

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


def _actions_by_owner(tree: WorkflowTree) -> ActionsByOwner:
    stages = {("stage", node.id): node.actions for node in tree.stages}
    return (
        {("pipeline", node.id): node.actions for node in tree.pipelines}
        | stages
        | {("workflow", tree.id): tree.actions}
    )
