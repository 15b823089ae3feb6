"""The content that a run uses. A frozen version never changes, so each process reads it once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Final
from uuid import UUID

from cachetools import LRUCache

from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.models.workflows import WorkFlow, load_trees, load_trees_of
from django_workflow_engine.strategies import Route, route_of_tree

# The key is a random one of the version, not its id: an id may come back after a rolled-back transaction. It stands
# here as a number: a UUID is compared in Python.
_versions: Final[LRUCache[int, WorkflowTree]] = LRUCache(maxsize=1024)
_lock: Final = Lock()


def content_of(workflow: WorkFlow) -> WorkflowTree:
    """The workflow's tree; no statement for a frozen version that this process has read before."""
    return contents_of({workflow.pk: workflow.version_key})[workflow.pk]


def contents_of(version_keys: Mapping[int, UUID | None]) -> dict[int, WorkflowTree]:
    """The trees of workflows, given and returned by id, with at most three statements together.

    The value is the workflow's `version_key`: None for a template, which is read anew each time.
    """
    found = _cached(version_keys)
    missing = {pk: key for pk, key in version_keys.items() if pk not in found}
    return found | _kept(load_trees(missing), missing) if missing else found


def contents_of_rows(workflows: Iterable[WorkFlow], *, actions: bool = True) -> dict[int, WorkflowTree]:
    """The trees of workflows whose own rows were just read, by id, with at most three statements together.

    Without `actions` the trees of templates have none, for readers who show none.
    """
    by_id = {row.pk: row for row in workflows}
    version_keys = {pk: row.version_key for pk, row in by_id.items()}
    found = _cached(version_keys)
    missing = [row for pk, row in by_id.items() if pk not in found]
    templates = [row for row in missing if row.version_key is None]
    frozen = [row for row in missing if row.version_key is not None]
    if actions:
        return found | _kept(load_trees_of(missing), version_keys)
    return found | load_trees_of(templates, actions=False) | _kept(load_trees_of(frozen), version_keys)


def kept_content(workflow: WorkFlow) -> WorkflowTree | None:
    """The tree of a frozen version that this process has read before, or None."""
    key = workflow.version_key
    if key is None:
        return None
    with _lock:
        return _versions.get(key.int)


def _cached(version_keys: Mapping[int, UUID | None]) -> dict[int, WorkflowTree]:
    with _lock:
        cached = {pk: _versions.get(key.int) for pk, key in version_keys.items() if key is not None}
    return {pk: tree for pk, tree in cached.items() if tree is not None}


def _kept(trees: dict[int, WorkflowTree], version_keys: Mapping[int, UUID | None]) -> dict[int, WorkflowTree]:
    """The trees, those of frozen versions kept for the next time."""
    with _lock:
        for workflow_id, tree in trees.items():
            key = version_keys[workflow_id]
            if key is not None:
                _versions[key.int] = tree
    return trees


def route_of(workflow: WorkFlow) -> Route:
    """The positions of the workflow, in order."""
    return route_of_tree(content_of(workflow))


def forget_versions() -> None:
    """Drop what this process has read of frozen versions, as a process that just started."""
    with _lock:
        _versions.clear()
