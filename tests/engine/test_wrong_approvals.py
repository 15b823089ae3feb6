"""Numbers and forms of approvals that cannot work are refused by specs, by changes and where a row is saved."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from django_workflow_engine.definitions.changes import PipelineChanges, StageChanges, WorkflowChanges
from django_workflow_engine.models import Pipeline, Stage
from django_workflow_engine.services import create_workflow, update_pipeline, update_stage, update_workflow
from gql_workflows.demo.models import DynamicForm
from tests.engine.templates.trees import refused
from tests.factories import STRATEGIES, UserFactory, by_role, by_self, group_of, spec_for, template_for
from tests.snapshot import unchanged
from tests.wrong_approvals import JUST_RIGHT, OF_ANOTHER_KIND, WRONG, faults

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]

EVERY_ONE = [*WRONG, *OF_ANOTHER_KIND]
IN_A_SPEC = {1: ("pipelines", "0", "stages", "0"), 2: ("pipelines", "0"), 3: ()}
INFO = {1: "stage_info", 2: "pipeline_info", 3: "workflow_info"}


@pytest.fixture(autouse=True)
def forms(settings: Any) -> None:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    DynamicForm.objects.create(pk=1, name="Reasons", form_schema={})


@pytest.fixture
def role() -> Any:
    return group_of(UserFactory())


def holder(strategy: int, *approvals: dict[str, Any]) -> Any:
    """The row of a new template that carries these approvals."""
    template = template_for(strategy, [list(approvals)])
    return {1: Stage.objects.last, 2: Pipeline.objects.last, 3: lambda: template}[strategy]()


def test_a_new_template_with_them_is_refused(strategy: int, role: Any) -> None:
    found = {}
    for wrong in EVERY_ONE:
        spec = spec_for(strategy, [[by_self(), wrong.approval(role.pk)]])
        found[str(wrong)] = refused(create_workflow, spec=spec)
    assert found == faults(EVERY_ONE, *IN_A_SPEC[strategy], "approvals", "1")


def test_a_change_to_them_is_refused(strategy: int, role: Any) -> None:
    row, found = holder(strategy, by_self()), {}
    change, changes = {
        1: (update_stage, StageChanges),
        2: (update_pipeline, PipelineChanges),
        3: (update_workflow, WorkflowChanges),
    }[strategy]
    for wrong in EVERY_ONE:
        approvals = [by_self(), wrong.approval(role.pk)]
        found[str(wrong)] = refused(change, id=row.pk, changes=changes(approvals=approvals))
    assert found == faults(EVERY_ONE, "approvals", "1")


def test_json_with_them_is_not_saved_by_the_row_itself(strategy: int, role: Any) -> None:
    row, name, found = holder(strategy, by_self()), INFO[strategy], {}
    for wrong in EVERY_ONE:
        setattr(row, name, {"approvals": [by_self(), wrong.approval(role.pk)]})
        with unchanged(), pytest.raises(ValidationError) as caught:
            row.save()
        assert list(caught.value.error_dict) == [name]
        found[str(wrong)] = [(error.code, error.params["path"]) for error in caught.value.error_dict[name]]
    assert found == faults(EVERY_ONE, name, "approvals", "1")


@pytest.mark.parametrize(("sharing", "key", "number"), JUST_RIGHT)
def test_the_first_and_the_last_number_that_can_work_are_stored(
    strategy: int, role: Any, sharing: str, key: str, number: float
) -> None:
    approval = by_role(role, sharing) | {key: number}
    assert getattr(holder(strategy, approval), INFO[strategy]) == {"approvals": [approval]}
