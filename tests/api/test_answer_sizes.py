"""How large an answer may become: its bytes are counted while they are found, by plans and by graphql-core alike."""

from __future__ import annotations

from typing import Any

import pytest

from django_workflow_engine.choices import WorkflowStrategy
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.limiting import limited
from tests.client import Api
from tests.factories import template_for

pytestmark = pytest.mark.django_db
LONG = "x" * 1_000
REFUSED = {"code": "LIMIT_EXCEEDED", "limit": "BYTES", "most": 20_000, "asked": 20_001}
BY_PLANS = "{ workflows { edges { node { %s } } } }"
BY_GRAPHQL_CORE = "query ($id: ID!) { workflow(id: $id) { %s } }"


@pytest.fixture
def template(office: Office) -> Any:
    return template_for(
        WorkflowStrategy.WORKFLOW_PIPELINE_STAGE, [[]], company_id=office.owner.pk, description=LONG, name_ar="ش" * 200
    )


def many(field: str, number: int) -> str:
    return " ".join(f"a{index:02}: {field}" for index in range(number))


@pytest.mark.parametrize("document", [BY_PLANS, BY_GRAPHQL_CORE])
@pytest.mark.parametrize(
    ("field", "fits"), [("description", 18), ("nameAr", 15), ("pipelines { stages { formInfo } }", 8)]
)
def test_every_alias_counts(office: Office, template: Any, document: str, field: str, fits: int) -> None:
    stages = [stage for pipeline in template.pipelines.all() for stage in pipeline.stages.all()]
    for stage in stages:
        stage.form_info = {"title": "y" * (2_000 // len(stages)), "rows": [1, 2]}
        stage.save()
    api, sent = Api(office.owner), {"id": global_id("Workflow", template.pk)}
    with limited(BYTES=20_000):
        assert "errors" not in api.raw(document % many(field, fits), **sent).json()
        errors = api.errors(document % many(field, 2 * fits + 5), **sent)
    assert errors[0]["extensions"] == REFUSED


def test_an_id_that_is_named_again_counts_again(office: Office, template: Any) -> None:
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Workflow { description } } }"
    node = global_id("Workflow", template.pk)
    with limited(BYTES=20_000):
        assert len(Api(office.owner).run(document, ids=[node] * 18)["nodes"]) == 18
        errors = Api(office.owner).errors(document, ids=[node] * 30)
    assert errors[0]["extensions"] == REFUSED


def test_long_aliases_count(office: Office, template: Any) -> None:
    with limited(BYTES=20_000):
        errors = Api(office.owner).errors(BY_PLANS % f"{'a' * 21_000}: id")
    assert errors[0]["extensions"] == REFUSED
