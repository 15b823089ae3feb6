"""Finding what is to be edited: the template is always locked first, so that edits of one template wait in line."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine.errors import Frozen, NotFound, Path
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction
from django_workflow_engine.models.keys import to_primary_key


def locked_workflow(key: Any, *, path: Path) -> WorkFlow:
    """The template with this id, locked until the transaction ends; `path` names the id in the input.

    Raises NotFound, and Frozen for a frozen version.
    """
    primary_key = to_primary_key(WorkFlow, key)
    workflow = WorkFlow.objects.select_for_update().filter(pk=primary_key).first() if primary_key is not None else None
    if workflow is None:
        raise NotFound(_("There is no such workflow."), path=path)
    if workflow.is_hidden:
        raise Frozen(_("A frozen version of a workflow never changes."), path=path)
    return workflow


def locked_pipeline(key: Any, *, path: Path) -> Pipeline:
    """The pipeline with this id, read under the lock of its template."""
    pipeline: Pipeline = _below_locked(Pipeline, key, "workflow_id", path)
    return pipeline


def locked_stage(key: Any, *, path: Path) -> Stage:
    """The stage with this id, its pipeline with it, read under the lock of its template."""
    stage: Stage = _below_locked(Stage, key, "pipeline__workflow_id", path, "pipeline__workflow")
    return stage


def locked_action(key: Any, *, path: Path) -> WorkflowAction:
    """The action with this id, its owner with it, read under the lock of its template."""
    for lookup in ("workflow_id", "pipeline__workflow_id", "stage__pipeline__workflow_id"):
        if _workflow_id(WorkflowAction, key, lookup) is not None:
            related = lookup.removesuffix("_id")
            action: WorkflowAction = _below_locked(WorkflowAction, key, lookup, path, related)
            return action
    raise NotFound(_("There is no such row."), path=path)


def workflow_of(action: WorkflowAction) -> WorkFlow:
    """The template that the action belongs to, directly or through its pipeline or stage."""
    owner: Any = action.workflow or action.pipeline or action.stage
    if isinstance(owner, Stage):
        owner = owner.pipeline
    return owner.workflow if isinstance(owner, Pipeline) else owner


def _below_locked(model: type[Model], key: Any, lookup: str, path: Path, *related: str) -> Any:
    """The row, read anew after its template is locked: it may have gone while this waited."""
    workflow_id = _workflow_id(model, key, lookup)
    if workflow_id is not None:
        locked_workflow(workflow_id, path=path)
        rows = model._default_manager.select_related(*(related or (lookup.removesuffix("_id"),)))
        row = rows.filter(pk=to_primary_key(model, key), **{lookup: workflow_id}).first()
        if row is not None:
            return row
    raise NotFound(_("There is no such row."), path=path)


def _workflow_id(model: type[Model], key: Any, lookup: str) -> int | None:
    primary_key = to_primary_key(model, key)
    rows = model._default_manager.filter(pk=primary_key) if primary_key is not None else model._default_manager.none()
    return rows.values_list(lookup, flat=True).first()
