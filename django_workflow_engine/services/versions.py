"""Frozen versions: the hidden copies that runs use, shared while a template's content is the same."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine.definitions.fingerprint import fingerprint
from django_workflow_engine.definitions.tree import ActionNode, PipelineNode, StageNode, WorkflowTree
from django_workflow_engine.errors import NotFound
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction

COPY_SUFFIX: Final = " (Copy)"
_BATCH: Final = 500


def frozen_version(template: WorkFlow, tree: WorkflowTree) -> WorkFlow:
    """The frozen version with the template's content as just read into `tree`; made if there is none."""
    return _found(template, fingerprint(tree)) or _freeze(template)


def _found(template: WorkFlow, content: str) -> WorkFlow | None:
    return WorkFlow.objects.filter(cloned_from=template, fingerprint=content, is_hidden=True).first()


def _freeze(template: WorkFlow) -> WorkFlow:
    """A copy of what the template holds once nobody else edits it.

    Reading a tree takes several statements. Whoever edits a template locks its row, so reading again under that
    lock cannot mix the content of two moments; and two callers cannot make the same version twice.
    """
    if WorkFlow.objects.select_for_update().filter(pk=template.pk).first() is None:
        raise NotFound(_("There is no such workflow."), path=("workflow_id",))
    tree = template.tree()
    content = fingerprint(tree)
    version = _found(template, content)
    if version is None:
        version = workflow_row(
            tree,
            name_en=copy_name(tree.name_en),
            name_ar=copy_name(tree.name_ar),
            company_id=tree.company_id,
            created_by_id=template.created_by_id,
            cloned_from=template,
            is_hidden=True,
            fingerprint=content,
            version_key=uuid.uuid4(),
        )
        WorkFlow.objects.bulk_create([version])
        write_content(version, tree)
    return version


def copy_name(name: str) -> str:
    """The name with the suffix, cut so that it fits its column; no name stays no name."""
    most = WorkFlow._meta.get_field("name_en").max_length or 0
    return name[: most - len(COPY_SUFFIX)] + COPY_SUFFIX if name else ""


def workflow_row(tree: WorkflowTree, **fields: Any) -> WorkFlow:
    """An unsaved workflow row with the tree's own values, overridden by `fields`."""
    values = {
        "name_en": tree.name_en,
        "name_ar": tree.name_ar,
        "description": tree.description,
        "strategy": tree.strategy,
        "workflow_info": tree.info,
    }
    return WorkFlow(**values | fields)


def write_content(workflow: WorkFlow, tree: WorkflowTree) -> None:
    """Write the tree's pipelines, stages and actions below a workflow, in bulk: three statements at most.

    The rows are validated before; `save()` is not called.
    """
    pipelines = [_pipeline_row(workflow, node) for node in tree.pipelines]
    Pipeline.objects.bulk_create(pipelines, batch_size=_BATCH)
    below = list(zip(pipelines, tree.pipelines, strict=True))
    stages = [(stage_row(row, stage), stage) for row, node in below for stage in node.stages]
    Stage.objects.bulk_create([row for row, _node in stages], batch_size=_BATCH)
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
    WorkflowAction.objects.bulk_create(actions, batch_size=_BATCH)


def _pipeline_row(workflow: WorkFlow, node: PipelineNode) -> Pipeline:
    return Pipeline(
        workflow=workflow,
        name_en=node.name_en,
        name_ar=node.name_ar,
        order=node.order,
        department_content_type_id=node.department_content_type_id,
        department_id=node.department_id,
        pipeline_info=node.info,
        is_hidden=workflow.is_hidden,
    )


def stage_row(pipeline: Pipeline, node: StageNode) -> Stage:
    """An unsaved stage with the node's values."""
    return Stage(
        pipeline=pipeline,
        name_en=node.name_en,
        name_ar=node.name_ar,
        order=node.order,
        stage_info=node.info,
        form_info=node.form_info,
        is_active=node.is_active,
        is_hidden=pipeline.is_hidden,
    )


def action_rows(nodes: Iterable[ActionNode], **owner: Any) -> Iterable[WorkflowAction]:
    """Unsaved actions with the nodes' values, of one owner."""
    for node in nodes:
        yield WorkflowAction(
            **owner,
            action_type=node.action_type,
            function_path=node.function_path,
            parameters=node.parameters,
            order=node.order,
            is_active=node.is_active,
        )
