"""Workflow rows and their content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.content import contents_of

if TYPE_CHECKING:
    from gql_workflows.context import Context


def rows(context: Context, keys: Sequence[int]) -> dict[int, WorkFlow]:
    """Workflows by id; one statement."""
    return WorkFlow.objects.in_bulk(keys)


def visible_templates(context: Context, keys: Sequence[int]) -> dict[int, WorkFlow]:
    """The templates among these ids that the viewer may see; one statement."""
    return context.policy.templates(context.user).in_bulk(keys)


def trees(context: Context, keys: Sequence[tuple[int, Any]]) -> dict[tuple[int, Any], WorkflowTree]:
    """Contents by (id, version key); at most four statements, none for versions that were read before."""
    found = contents_of(dict(keys))
    return {key: found[key[0]] for key in keys if key[0] in found}
