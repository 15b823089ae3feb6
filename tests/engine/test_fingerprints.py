"""When two trees are the same content."""

from __future__ import annotations

from dataclasses import replace

import pytest

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.fingerprint import fingerprint
from django_workflow_engine.definitions.tree import ActionNode, PipelineNode, StageNode, WorkflowTree

ACTION = ActionNode(
    id=4, action_type="after_approve", function_path="tests.testapp.workflow_actions.notify", parameters={"a": [1]}
)
STAGE = StageNode(id=3, name_en="Review", info={"color": "#111111", "approvals": []}, actions=(ACTION,))
PIPELINE = PipelineNode(id=2, name_en="Finance", stages=(STAGE,))
TREE = WorkflowTree(id=1, name_en="Purchase", strategy=WorkflowStrategy.WORKFLOW_PIPELINE_STAGE, pipelines=(PIPELINE,))


def with_stage(**changes) -> WorkflowTree:
    return replace(TREE, pipelines=(replace(PIPELINE, stages=(replace(STAGE, **changes),)),))


def test_a_fingerprint_is_64_hexadecimal_digits():
    assert len(fingerprint(TREE)) == 64
    assert set(fingerprint(TREE)) <= set("0123456789abcdef")


def test_the_ids_of_rows_and_the_order_of_json_keys_are_no_content():
    stage = replace(STAGE, id=30, info={"approvals": [], "color": "#111111"}, actions=(replace(ACTION, id=40),))
    same = replace(TREE, id=10, pipelines=(replace(PIPELINE, id=20, stages=(stage,)),))
    assert fingerprint(same) == fingerprint(TREE)


@pytest.mark.parametrize(
    "other",
    [
        replace(TREE, name_en="Purchases"),
        replace(TREE, name_ar="شراء"),
        replace(TREE, description="Why"),
        replace(TREE, strategy=WorkflowStrategy.WORKFLOW_PIPELINE),
        replace(TREE, info={"approvals": []}),
        replace(TREE, pipelines=(PIPELINE, PIPELINE)),
        replace(TREE, pipelines=()),
        replace(TREE, actions=(ACTION,)),
        replace(TREE, pipelines=(replace(PIPELINE, department_id="1"),)),
        replace(TREE, pipelines=(replace(PIPELINE, order=1),)),
        with_stage(name_en="Reviews"),
        with_stage(order=1),
        with_stage(is_active=False),
        with_stage(form_info={"a": 1}),
        with_stage(info={"color": "#222222", "approvals": []}),
        with_stage(actions=()),
        with_stage(actions=(replace(ACTION, parameters={"a": [2]}),)),
        with_stage(actions=(replace(ACTION, is_active=False),)),
    ],
)
def test_anything_that_a_run_depends_on_is_content(other):
    assert fingerprint(other) != fingerprint(TREE)
