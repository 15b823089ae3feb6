"""Numbers and forms of approvals that cannot work are refused by the forms, at their keys."""

from __future__ import annotations

from typing import Any

import pytest

from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.serializers import PipelineSerializer, StageSerializer, WorkFlowSerializer
from gql_workflows.demo.models import DynamicForm
from tests.engine.serializers.forms import errors
from tests.factories import STRATEGIES, UserFactory, by_self, group_of, template_for
from tests.wrong_approvals import OF_ANOTHER_KIND, WRONG

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]

EVERY_ONE = [*WRONG, *OF_ANOTHER_KIND]
INFO = {1: "stage_info", 2: "pipeline_info", 3: "workflow_info"}
FORMS = {1: (Stage, StageSerializer), 2: (Pipeline, PipelineSerializer), 3: (WorkFlow, WorkFlowSerializer)}


@pytest.fixture
def role(settings: Any) -> Any:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    DynamicForm.objects.create(pk=1, name="Reasons", form_schema={})
    return group_of(UserFactory())


def infos(strategy: int, role: Any) -> dict[str, dict[str, Any]]:
    """For each of them the info object that has it."""
    return {str(one): {INFO[strategy]: {"approvals": [by_self(), one.approval(role.pk)]}} for one in EVERY_ONE}


def told(strategy: int) -> dict[str, Any]:
    """For each of them what is said of the object that has it."""
    return {str(one): {INFO[strategy]: {"approvals": [{}, {one.key: [one.code]}]}} for one in EVERY_ONE}


def test_a_new_template_with_them_is_refused(strategy: int, role: Any) -> None:
    found, expected = {}, {}
    for name, holder in infos(strategy, role).items():
        fault = told(strategy)[name]
        if strategy == 3:
            data, expected[name] = holder, fault
        elif strategy == 2:
            data, expected[name] = {"pipelines": [{"name_en": "P"} | holder]}, {"pipelines": [fault]}
        else:
            stages = [{"name_en": "S"} | holder]
            data = {"pipelines": [{"name_en": "P", "stages": stages}]}
            expected[name] = {"pipelines": [{"stages": [fault]}]}
        found[name] = errors(WorkFlowSerializer(data={"name_en": "W", "strategy": int(strategy)} | data))
    assert found == expected


def test_a_change_to_them_is_refused(strategy: int, role: Any) -> None:
    template_for(strategy, [[by_self()]])
    model, form = FORMS[strategy]
    row = model.objects.get()
    found = {
        name: errors(form(row, data=data, partial=True))  # type: ignore[operator]
        for name, data in infos(strategy, role).items()
    }
    assert found == told(strategy)
