"""Which configured actions answer an event: stage, else pipeline, else workflow, else the settings."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

from django_workflow_engine.actions.configured import configured_actions
from django_workflow_engine.choices import ActionType
from django_workflow_engine.definitions.tree import ActionNode, WorkflowTree
from django_workflow_engine.strategies import Position

logger = logging.getLogger(__name__)


def actions_for(action_type: ActionType, *, tree: WorkflowTree, position: Position | None) -> Sequence[ActionNode]:
    """The actions of the first level that has an active one of this type, by order and then id; perhaps none."""
    for level, nodes in _levels(tree, position):
        found = [node for node in nodes if node.is_active and node.action_type == action_type]
        if found:
            logger.debug("%s is answered by %s action(s) of the %s", action_type.value, len(found), level)
            return sorted(found, key=lambda node: (node.order, node.id or 0))
    logger.debug("%s is answered by no action", action_type.value)
    return ()


def _levels(tree: WorkflowTree, position: Position | None) -> Iterator[tuple[str, Iterable[ActionNode]]]:
    if position is not None and position.stage is not None:
        yield "stage", position.stage.actions
    if position is not None and position.pipeline is not None:
        yield "pipeline", position.pipeline.actions
    yield "workflow", tree.actions
    yield "settings", configured_actions()
