"""When two trees are the same content: the key under which frozen versions are shared."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

from django_workflow_engine.definitions.declared import Home, stored_in
from django_workflow_engine.definitions.tree import WorkflowTree

_NOT_CONTENT = frozenset({"id", "uuid", "origin_id", "approvals", "faults"})  # what the info stores is in `info`


def fingerprint(tree: WorkflowTree) -> str:
    """A SHA-256 over everything that a run of this tree depends on, as 64 hexadecimal digits.

    It is computed from rows read at the moment of attaching, so no write can pass it by.
    """
    return _digest(_content(tree))


def version_fingerprint(tree: WorkflowTree) -> str:
    """The same of a frozen version, which also knows of each of its pipelines and stages which one it came from."""
    origins = [[pipeline.origin_id, *(stage.origin_id for stage in pipeline.stages)] for pipeline in tree.pipelines]
    return _digest([_content(tree), origins])


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _content(node: Any) -> Any:
    if dataclasses.is_dataclass(node):
        aside = _NOT_CONTENT | stored_in(type(node), Home.INFO).keys()
        names = (field.name for field in dataclasses.fields(node) if field.name not in aside)
        return {name: _content(getattr(node, name)) for name in names}
    if isinstance(node, tuple):
        return [_content(item) for item in node]
    return node
