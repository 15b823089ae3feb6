"""What mutations cost: more than the few values that they answer with, and refused before the first of them is run."""

from __future__ import annotations

from typing import Any

import pytest

from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.limiting import asked, limited
from tests.client import Api
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
CREATE = "mutation ($input: CreateWorkflowInput!) { createWorkflow(input: $input) { errors { code } } }"
NESTED = {"nameEn": "T", "pipelines": [{"nameEn": "P", "stages": [{"nameEn": "S"}, {"nameEn": "S"}]}]}


@pytest.mark.parametrize(
    ("document", "variables", "cost"),
    [
        ('mutation { cloneWorkflow(id: "x") { errors { code } } }', {}, 20_005),
        ('mutation { attachWorkflow(input: {workflowId: "x"}) { errors { code } } }', {}, 9_005),
        ("mutation { approveSteps(input: {stepIds: [1, 1, 1]}) { errors { code } } }", {}, 3_505),
        ("mutation ($i: [ID!]) { approveSteps(input: {stepIds: $i}) { errors { code } } }", {"i": [1, 1]}, 2_505),
        ('mutation ($i: [ID!] = ["1"]) { approveSteps(input: {stepIds: $i}) { errors { code } } }', {}, 1_505),
        ("mutation ($i: I = {stepIds: [1]}) { approveSteps(input: $i) { errors { code } } }", {}, 1_505),
        (CREATE, {"input": NESTED}, 505 + 3 * 5),
        ("mutation { createWorkflow(input: {pipelines: [{stages: [1, 2]}]}) { errors { code } } }", {}, 520),
        ("mutation { startWorkflow(input: {id: 1}) { errors { code } } }", {}, 505),
    ],
)  # fmt: skip
def test_the_price(document: str, variables: dict[str, Any], cost: int) -> None:
    with limited(COST=cost - 1):
        assert asked(document, **variables) == ("COST", cost - 1, cost)


def test_a_template_is_not_copied_twenty_times_by_aliases(office: Office) -> None:
    template = office.template(1, company_id=office.owner.pk)
    clones = " ".join(
        f'm{number}: cloneWorkflow(id: "{global_id("Workflow", template.pk)}") {{ errors {{ code }} }}'
        for number in range(20)
    )
    with unchanged():
        (error,) = Api(office.owner).errors(f"mutation {{ {clones} }}")
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "COST", "most": 200_000, "asked": 400_100}


def test_a_whole_page_of_steps_is_approved_by_one_call(office: Office) -> None:
    ids = [global_id("ApprovalStep", 1)] * 100
    one = "approveSteps(input: {stepIds: $ids}) { results { errors { code } } }"
    assert len(Api(office.owner).run(f"mutation ($ids: [ID!]!) {{ {one} }}", ids=ids)["approveSteps"]["results"]) == 100
    document = f"mutation ($ids: [ID!]!) {{ a: {one} b: {one} }}"
    (error,) = Api(office.owner).errors(document, ids=ids)
    assert error["extensions"]["limit"] == "COST"
