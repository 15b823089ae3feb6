"""Frozen versions: the hidden copies that runs use, shared while a template's content is the same."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine.definitions.declared import Home, stored_in
from django_workflow_engine.definitions.fingerprint import version_fingerprint
from django_workflow_engine.definitions.parts import ActionFields, PipelineFields, StageFields, WorkflowFields
from django_workflow_engine.definitions.tree import ActionNode, PipelineNode, StageNode, WorkflowTree
from django_workflow_engine.errors import Frozen, NotFound, WorkflowInactive, WorkflowIncomplete
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction
from django_workflow_engine.models.identity import identity_within
from django_workflow_engine.models.inserting import insert_known
from django_workflow_engine.models.locks import for_update, kept
from django_workflow_engine.models.workflows import load_trees_of
from django_workflow_engine.strategies import strategy_for

PATH: Final = ("workflow_id",)  # what in the caller's input names the template
COPY_SUFFIX: Final = " (Copy)"


def frozen_version(template: WorkFlow) -> WorkFlow:
    """The frozen version with the content that the template has now; made if there is none.

    What is checked is what is frozen: a version that is found was checked when it was made, and another one is made of
    the very content that was read and checked under the template's lock. Raises NotFound, Frozen, WorkflowInactive and
    WorkflowIncomplete.
    """
    return _found(template, version_fingerprint(checked_content(template))) or _freeze(template)


def checked_content(template: WorkFlow) -> WorkflowTree:
    """What the template, whose row was read a moment ago, holds; raises Frozen, WorkflowInactive or WorkflowIncomplete.

    Two statements.
    """
    if template.is_hidden:
        raise Frozen(_("A frozen version cannot be attached; attach its template."), path=PATH)
    if not template.is_active:
        message = _("The workflow “%s” is not active.") % isolated(template)
        raise WorkflowInactive(message, path=PATH)
    tree = load_trees_of([template])[template.pk]
    problem = strategy_for(tree.strategy).problem(tree)
    if problem:
        raise WorkflowIncomplete(problem, path=PATH)
    return tree


def no_workflow() -> NotFound:
    """The refusal of a template that is gone."""
    return NotFound(_("There is no such workflow."), path=PATH)


def _found(template: WorkFlow, content: str) -> WorkFlow | None:
    """The version with this content, which no cleanup deletes before the transaction ends."""
    found = kept(WorkFlow.objects.filter(cloned_from=template, fingerprint=content, is_hidden=True))
    return found[0] if found else None


def _freeze(template: WorkFlow) -> WorkFlow:
    """A copy of what the template holds once nobody else edits it.

    Whoever edits a template locks its row, so two callers cannot make the same version twice. The content is read once
    more under the lock and judged as it is then: the template may have been edited or switched off meanwhile.
    """
    locked = for_update(WorkFlow.objects.filter(pk=template.pk)).first()
    if locked is None:
        raise no_workflow()
    tree = checked_content(locked)
    content = version_fingerprint(tree)
    version = _found(template, content)
    if version is None:
        version = workflow_row(
            tree,
            uuid=identity_within(template.uuid, content),
            name_en=copy_name(tree.name_en),
            name_ar=copy_name(tree.name_ar),
            company_id=tree.company_id,
            created_by_id=template.created_by_id,
            cloned_from=template,
            is_hidden=True,
            fingerprint=content,
            version_key=uuid.uuid4(),
        )
        insert_known([version], "uuid")
        write_content(version, tree)
    return version


def copy_name(name: str) -> str:
    """The name with the suffix, cut so that it fits its column; no name stays no name."""
    most = WorkFlow._meta.get_field("name_en").max_length or 0
    return name[: most - len(COPY_SUFFIX)] + COPY_SUFFIX if name else ""


def workflow_row(tree: WorkflowTree, **fields: Any) -> WorkFlow:
    """An unsaved workflow row with the tree's own values, overridden by `fields`."""
    return WorkFlow(**_columns(tree, WorkflowFields) | {"workflow_info": tree.info} | fields)


def write_content(workflow: WorkFlow, tree: WorkflowTree) -> None:
    """Write the tree's pipelines, stages and actions below a workflow, in bulk: three statements at most, six on MySQL.

    The rows are validated before; `save()` is not called.
    """
    pipelines = [_pipeline_row(workflow, node) for node in tree.pipelines]
    insert_known(pipelines, "uuid")
    below = list(zip(pipelines, tree.pipelines, strict=True))
    stages = [(stage_row(row, stage), stage) for row, node in below for stage in node.stages]
    insert_known([row for row, _node in stages], "uuid")
    write_actions(
        [
            (tree.actions, {"workflow": workflow}),
            *((node.actions, {"pipeline": row}) for row, node in below),
            *((stage.actions, {"stage": row}) for row, stage in stages),
        ]
    )


def write_actions(owned: Iterable[tuple[Iterable[ActionNode], Mapping[str, Any]]]) -> None:
    """Write actions of any owners, in bulk; each owner is given under its kind's name."""
    actions = [row for nodes, owner in owned for row in action_rows(nodes, **owner)]
    insert_known(actions, "uuid")


def _pipeline_row(workflow: WorkFlow, node: PipelineNode) -> Pipeline:
    return Pipeline(
        **_columns(node, PipelineFields),
        workflow=workflow,
        uuid=_identity_below(workflow, node),
        origin_id=node.origin_id if workflow.is_hidden else None,
        department_content_type_id=node.department_content_type_id,
        pipeline_info=node.info,
        is_hidden=workflow.is_hidden,
    )


def stage_row(pipeline: Pipeline, node: StageNode) -> Stage:
    """An unsaved stage with the node's values."""
    return Stage(
        **_columns(node, StageFields),
        pipeline=pipeline,
        uuid=_identity_below(pipeline, node),
        origin_id=node.origin_id if pipeline.is_hidden else None,
        stage_info=node.info,
        is_hidden=pipeline.is_hidden,
    )


def action_rows(nodes: Iterable[ActionNode], **owner: Any) -> Iterable[WorkflowAction]:
    """Unsaved actions with the nodes' values, of one owner."""
    (row,) = owner.values()
    for node in nodes:
        yield WorkflowAction(**_columns(node, ActionFields), **owner, uuid=_identity_below(row, node))


def _columns(node: Any, part: type[Any]) -> dict[str, Any]:
    """The node's values of the declared fields that have a column."""
    return {name: getattr(node, name) for name in stored_in(part, Home.COLUMN)}


def _identity_below(owner: Any, node: PipelineNode | StageNode | ActionNode) -> uuid.UUID:
    """The identity of a part: of a frozen version it follows from what it is a copy of, else it is a new one."""
    return identity_within(owner.uuid, node.uuid) if owner.is_hidden else uuid.uuid4()
