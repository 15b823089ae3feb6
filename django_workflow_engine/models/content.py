"""The content that a run uses. A frozen version never changes, so each process reads it once."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Final
from uuid import UUID

from cachetools import LRUCache

from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.models.workflows import WorkFlow, load_trees
from django_workflow_engine.strategies import Route, strategy_for

# The key is a random one of the version, not its id: an id may come back after a rolled-back transaction.
_versions: Final[LRUCache[UUID, WorkflowTree]] = LRUCache(maxsize=1024)
_lock: Final = Lock()


def content_of(workflow: WorkFlow) -> WorkflowTree:
    """The workflow's tree; no statement for a frozen version that this process has read before."""
    return contents_of([workflow])[workflow.pk]


def contents_of(workflows: Iterable[WorkFlow]) -> dict[int, WorkflowTree]:
    """The trees of these workflows by id, with at most four statements together."""
    found: dict[int, WorkflowTree] = {}
    missing: dict[int, UUID | None] = {}
    with _lock:
        for workflow in workflows:
            tree = _versions.get(workflow.version_key) if workflow.version_key else None
            if tree is None:
                missing[workflow.pk] = workflow.version_key
            else:
                found[workflow.pk] = tree
    if missing:
        found |= _read(missing)
    return found


def _read(missing: dict[int, UUID | None]) -> dict[int, WorkflowTree]:
    trees = load_trees(missing)
    with _lock:
        for workflow_id, tree in trees.items():
            key = missing[workflow_id]
            if key is not None:
                _versions[key] = tree
    return trees


def route_of(workflow: WorkFlow) -> Route:
    """The positions of the workflow, in order."""
    tree = content_of(workflow)
    return strategy_for(tree.strategy).route(tree)
