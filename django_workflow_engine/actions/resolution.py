"""Which configured actions answer an event: stage, else pipeline, else workflow, else the settings."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django_workflow_engine import conf
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
    yield "settings", (_node(index, entry) for index, entry in enumerate(conf.actions_config()))


def _node(index: int, entry: Mapping[str, Any]) -> ActionNode:
    """One entry of WORKFLOW_ACTIONS_CONFIG; its place in the list stands for the id. A system check judges it."""
    return ActionNode(
        id=index,
        action_type=str(entry.get("action_type", "")).lower(),
        function_path=str(entry.get("function_path", "")),
        parameters=entry.get("parameters") or {},
        order=entry.get("order", 0),
        is_active=entry.get("is_active", True),
    )
