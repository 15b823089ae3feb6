"""Numbers and forms of approvals that cannot work are refused by the API, at their fields."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission

from gql_workflows.demo.models import DynamicForm
from gql_workflows.ids import global_id
from gql_workflows.types.paths import camel_case
from tests.api.conftest import Office
from tests.api.inputs import by_role, by_user, template_input
from tests.client import Api
from tests.factories import STRATEGIES
from tests.snapshot import unchanged
from tests.wrong_approvals import WRONG, Wrong

pytestmark = pytest.mark.parametrize("strategy", STRATEGIES)

CREATE = """
mutation Create($input: CreateWorkflowInput!) { createWorkflow(input: $input) { workflow { id } errors { code path } } }
"""
CHANGE = {
    1: """
mutation Update($input: UpdateStageInput!) { updateStage(input: $input) { stage { id } errors { code path } } }
""",
    2: """
mutation Update($input: UpdatePipelineInput!) { updatePipeline(input: $input) { pipeline { id } errors { code path } } }
""",
    3: """
mutation Update($input: UpdateWorkflowInput!) { updateWorkflow(input: $input) { workflow { id } errors { code path } } }
""",
}
IN_A_TEMPLATE = {1: ["pipelines", "0", "stages", "0"], 2: ["pipelines", "0"], 3: []}


@pytest.fixture
def editor(office: Office, settings: Any) -> Api:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    DynamicForm.objects.create(pk=1, name="Reasons", form_schema={})
    names = ("add_workflow", "change_workflow")
    office.owner.user_permissions.add(*Permission.objects.filter(codename__in=names))
    return Api(office.owner)


def given(wrong: Wrong, office: Office) -> list[dict[str, Any]]:
    said = {camel_case(name): value for name, value in wrong.said.items()}
    if "stepApprovalType" in said:
        said["stepApprovalType"] = said["stepApprovalType"].upper()
    if "requiredForm" in said:
        said["requiredForm"] = global_id("Form", said["requiredForm"])
    return [by_user(office.owner), by_role(office.role, wrong.sharing.upper()) | said]


def faults(*path: str) -> dict[str, Any]:
    """For each of them: nothing is made, and the one fault stands at its field."""
    return {str(one): [{"code": one.code, "path": [*path, "approvals", "1", camel_case(one.key)]}] for one in WRONG}


def test_a_new_template_with_them_is_refused(office: Office, editor: Api, strategy: Any) -> None:
    found = {}
    with unchanged():
        for wrong in WRONG:
            answer = editor.run(CREATE, input=template_input(strategy, [given(wrong, office)]))["createWorkflow"]
            assert answer["workflow"] is None
            found[str(wrong)] = answer["errors"]
    assert found == faults(*IN_A_TEMPLATE[strategy])


def test_a_change_to_them_is_refused(office: Office, editor: Api, strategy: Any) -> None:
    template, found = office.template(strategy), {}
    pipeline = template.pipelines.first()
    row = {
        1: lambda: global_id("Stage", pipeline.stages.first().pk),
        2: lambda: global_id("Pipeline", pipeline.pk),
        3: lambda: global_id("Workflow", template.pk),
    }[strategy]()
    with unchanged():
        for wrong in WRONG:
            (answer,) = editor.run(CHANGE[strategy], input={"id": row, "approvals": given(wrong, office)}).values()
            changed, found[str(wrong)] = answer.values()
            assert changed is None
    assert found == faults()
