"""Creating, changing and deleting whole templates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.choices import WorkflowStatus
from django_workflow_engine.definitions.building import in_order
from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.definitions.specs import WorkflowSpec
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.errors import Fault, InUse, WorkflowIncomplete
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.selectors.uses import used_among
from django_workflow_engine.services.actors import check_editor
from django_workflow_engine.services.templates.activity import edited
from django_workflow_engine.services.templates.checking import (
    check_changes,
    check_kind,
    check_spec,
    department_type_id,
    info_faults,
    raise_faults,
)
from django_workflow_engine.services.templates.locking import locked_workflow
from django_workflow_engine.services.templates.writing import columns_of, delete, write
from django_workflow_engine.services.versions import workflow_row, write_content
from django_workflow_engine.strategies import strategy_for
from django_workflow_engine.transactions import verb


@verb
def create_workflow(*, spec: WorkflowSpec, actor: Any = None, active_once_complete: bool = False) -> WorkFlow:
    """Create a whole template, with a number of statements that does not grow with it.

    A template that is to be active but is not complete is stored as a draft, or, with `active_once_complete`, as
    active all the same: it can be attached as soon as it is complete. Raises InvalidDefinition with every fault at
    once, each with its path in the spec; nothing is created then.
    """
    check_kind(spec, WorkflowSpec, "spec")
    check_editor(actor)
    tree, faults = check_spec(spec)
    raise_faults(faults)
    status = spec.status if active_once_complete else _status(spec, tree)
    workflow = workflow_row(
        tree,
        status=status,
        is_active=status == WorkflowStatus.ACTIVE,
        company_id=spec.company_id,
        created_by=actor,
        modified_by=actor,
    )
    workflow.save()
    write_content(workflow, in_order(with_departments(tree)))
    return workflow


@verb
def update_workflow(
    *, id: Any, changes: WorkflowChanges, actor: Any = None, active_once_complete: bool = False
) -> WorkFlow:
    """Change a template's own values.

    Raises NotFound, Frozen, InvalidDefinition with every fault, and WorkflowIncomplete when the template shall be
    active but lacks something (not with `active_once_complete`).
    """
    check_kind(changes, WorkflowChanges, "changes")
    workflow = locked_workflow(id, path=("id",))
    values, faults = check_workflow_changes(workflow, changes)
    raise_faults(faults)
    wanted = values.get("status")
    with edited(workflow, actor):
        write(workflow, columns_of(values, WorkflowSpec, workflow, "workflow_info"))
        if wanted == WorkflowStatus.ACTIVE and not active_once_complete:
            _ensure_complete(workflow)
    return workflow


@verb
def delete_workflow(*, id: Any, actor: Any = None) -> None:
    """Delete a template with all below it.

    Raises NotFound, Frozen, and InUse when an object is attached to it or to one of its versions, however its run
    ended. Versions that nothing runs on go with it; clones of it stay and forget where they came from.
    """
    workflow = locked_workflow(id, path=("id",))
    versions = WorkFlow.objects.filter(cloned_from=workflow, is_hidden=True)
    if used_among([workflow.pk]):
        raise InUse(_("Objects are attached to “%s”.") % isolated(workflow), path=("id",))
    WorkFlow.objects.filter(cloned_from=workflow, is_hidden=False).update(cloned_from=None)
    versions.delete()
    delete(workflow)


def check_workflow_changes(workflow: WorkFlow, changes: WorkflowChanges) -> tuple[dict[str, Any], list[Fault]]:
    """The values to store and everything that is wrong with these changes of a template."""
    values, faults = check_changes(changes, level="workflow", strategy=strategy_for(workflow.strategy))
    faults += info_faults(workflow, values, workflow.workflow_info, level="workflow", spec=WorkflowSpec)
    if "company_id" in values:  # whoever names the company, or none, says whose the template is now
        values["company_deleted"] = False
    return values, faults


def with_departments(tree: WorkflowTree) -> WorkflowTree:
    """The tree with the content type of its departments."""
    if not any(pipeline.department_id is not None for pipeline in tree.pipelines):
        return tree
    content_type_id = department_type_id()
    pipelines = (
        replace(pipeline, department_content_type_id=content_type_id)
        if pipeline.department_id is not None
        else pipeline
        for pipeline in tree.pipelines
    )
    return replace(tree, pipelines=tuple(pipelines))


def _status(spec: WorkflowSpec, tree: WorkflowTree) -> WorkflowStatus:
    incomplete = strategy_for(spec.strategy).completeness_problem(tree) is not None
    if spec.status == WorkflowStatus.ACTIVE and incomplete:
        return WorkflowStatus.DRAFT
    return spec.status


def _ensure_complete(workflow: WorkFlow) -> None:
    complete, message = workflow.validate_completeness()
    if not complete:
        raise WorkflowIncomplete(message, path=("status",))
