"""The entries of WORKFLOW_ACTIONS_CONFIG: a wrong one is told by a system check, and harms itself alone."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django_workflow_engine import conf
from django_workflow_engine.choices import ActionType
from django_workflow_engine.definitions.tree import ActionNode
from django_workflow_engine.definitions.values import json_problem, unstorable
from django_workflow_engine.shapes import is_count, is_switch

logger = logging.getLogger(__name__)

_PATH_LENGTH: Final = 255


def configured_actions() -> Iterator[ActionNode]:
    """The entries that can be used; its place in the list stands for an entry's id."""
    for index, entry in enumerate(conf.actions_config()):
        problem = entry_problem(entry)
        if problem is None:
            yield _node(index, entry)
        else:
            logger.error("WORKFLOW_ACTIONS_CONFIG[%s] %s; it is left out", index, problem)


def entry_problem(entry: Any) -> str | None:
    """Why an entry cannot be kept as an action, or None; whether there is such a function is another question."""
    if not isinstance(entry, Mapping):
        return "is no dictionary"
    action_type, path = entry.get("action_type", ""), entry.get("function_path")
    if not isinstance(action_type, str) or action_type.lower() not in ActionType.values:
        return f"has the action_type {action_type!r}, which is no event"
    if not isinstance(path, str) or len(path) > _PATH_LENGTH or unstorable(path) is not None:
        return f"has the function_path {path!r}, which names no function"
    parameters = entry.get("parameters") or {}
    if not isinstance(parameters, Mapping) or json_problem(parameters) is not None:
        return "has parameters that are no JSON object"
    order, is_active = entry.get("order", 0), entry.get("is_active", True)
    if not is_count(order) and not (order == 0 and isinstance(order, int)):
        return f"has the order {order!r}, which is no whole number from 0"
    return None if is_switch(is_active) else f"has the is_active {is_active!r}, which is neither True nor False"


def _node(index: int, entry: Mapping[str, Any]) -> ActionNode:
    return ActionNode(
        id=index,
        action_type=entry["action_type"].lower(),
        function_path=entry["function_path"],
        parameters=entry.get("parameters") or {},
        order=entry.get("order", 0),
        is_active=entry.get("is_active", True),
    )
