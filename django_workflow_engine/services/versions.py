"""Frozen versions: the hidden copies that runs use, shared while a template's content is the same."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Final

from django_workflow_engine.definitions.fingerprint import fingerprint
from django_workflow_engine.definitions.tree import ActionNode, PipelineNode, StageNode, WorkflowTree
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction

COPY_SUFFIX: Final = " (Copy)"
_BATCH: Final = 500


def frozen_version(template: WorkFlow, tree: WorkflowTree) -> WorkFlow:
    """The frozen version with the template's content as just read into `tree`; made if there is none.

    Two callers that make the same one at the same moment get one row: the unique key decides, and the loser
    waits for the winner's transaction.
    """
    content = fingerprint(tree)
    found = WorkFlow.objects.filter(cloned_from=template, fingerprint=content, is_hidden=True).first()
    return found or _freeze(template, tree, content)


def _freeze(template: WorkFlow, tree: WorkflowTree, content: str) -> WorkFlow:
    key = uuid.uuid4()
    row = workflow_row(
        tree,
        name_en=_copy_name(tree.name_en),
        name_ar=_copy_name(tree.name_ar),
        company_id=template.company_id,
        created_by_id=template.created_by_id,
        cloned_from=template,
        is_hidden=True,
        fingerprint=content,
        version_key=key,
    )
    WorkFlow.objects.bulk_create([row], ignore_conflicts=True)
    version = WorkFlow.objects.get(cloned_from=template, fingerprint=content, is_hidden=True)
    if version.version_key == key:
        write_content(version, tree)
    return version


def _copy_name(name: str) -> str:
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
    stages = [(_stage_row(row, stage), stage) for row, node in below for stage in node.stages]
    Stage.objects.bulk_create([row for row, _node in stages], batch_size=_BATCH)
    actions = [
        *_action_rows(tree.actions, workflow=workflow),
        *(action for row, node in below for action in _action_rows(node.actions, pipeline=row)),
        *(action for row, stage in stages for action in _action_rows(stage.actions, stage=row)),
    ]
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


def _stage_row(pipeline: Pipeline, node: StageNode) -> Stage:
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


def _action_rows(nodes: Iterable[ActionNode], **owner: Any) -> Iterable[WorkflowAction]:
    for node in nodes:
        yield WorkflowAction(
            **owner,
            action_type=node.action_type,
            function_path=node.function_path,
            parameters=node.parameters,
            order=node.order,
            is_active=node.is_active,
        )
