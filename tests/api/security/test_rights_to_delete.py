"""What it takes to delete a template, or a part of one: each right is a right of its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.client import Api
from tests.factories import STRATEGIES, UserFactory
from tests.snapshot import unchanged

DELETE = {
    WorkFlow: "mutation Delete($id: ID!) { deleteWorkflow(id: $id) { deletedId errors { code path } } }",
    Pipeline: "mutation Delete($id: ID!) { deletePipeline(id: $id) { deletedId errors { code path } } }",
    Stage: "mutation Delete($id: ID!) { deleteStage(id: $id) { deletedId errors { code path } } }",
}
FORBIDDEN = [{"code": "FORBIDDEN", "path": ["id"]}]
NOT_FOUND = [{"code": "NOT_FOUND", "path": ["id"]}]
PARTS = [(1, Pipeline), (1, Stage), (2, Pipeline)]


def allowed(*codenames: str) -> User:
    """Staff with these permissions."""
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def row_of(template: WorkFlow, model: Any) -> Any:
    own = {WorkFlow: {"pk": template.pk}, Pipeline: {"workflow": template}, Stage: {"pipeline__workflow": template}}
    return model.objects.filter(**own[model]).order_by("pk")[0]


def delete(user: User, row: Any) -> Any:
    given = global_id({WorkFlow: "Workflow", Pipeline: "Pipeline", Stage: "Stage"}[type(row)], row.pk)
    (answer,) = Api(user).run(DELETE[type(row)], id=given).values()
    assert answer["deletedId"] == (None if answer["errors"] else given)
    return answer["errors"]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    "codenames", [(), ("change_workflow",), ("add_workflow", "change_workflow", "view_workflow", "delete_pipeline")]
)
def test_a_template_is_not_deleted_by_any_other_right(
    office: Office, strategy: WorkflowStrategy, codenames: tuple[str, ...]
) -> None:
    template = office.template(strategy)
    with unchanged():
        assert delete(allowed(*codenames), template) == FORBIDDEN


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_template_is_deleted_by_the_permission_alone(office: Office, strategy: WorkflowStrategy) -> None:
    assert delete(allowed("delete_workflow"), office.template(strategy)) == []
    assert not WorkFlow.objects.exists()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_company_s_template_is_deleted_by_its_members(office: Office, strategy: WorkflowStrategy) -> None:
    template = office.template(strategy, company_id=office.owner.pk)
    with unchanged():
        assert delete(office.stranger, template) == NOT_FOUND
        assert delete(allowed("change_workflow"), template) == NOT_FOUND
        assert delete(allowed("view_workflow", "change_workflow"), template) == FORBIDDEN
    assert delete(office.owner, template) == []
    assert not WorkFlow.objects.exists()


@pytest.mark.parametrize(("strategy", "model"), PARTS)
@pytest.mark.parametrize("codenames", [(), ("delete_workflow",), ("delete_pipeline", "delete_stage", "add_workflow")])
def test_a_part_of_a_template_is_not_deleted_by_the_right_to_delete(
    office: Office, strategy: int, model: Any, codenames: tuple[str, ...]
) -> None:
    """Deleting a part changes the template."""
    row = row_of(office.template(strategy), model)
    with unchanged():
        assert delete(allowed(*codenames), row) == FORBIDDEN


@pytest.mark.parametrize(("strategy", "model"), PARTS)
def test_a_part_of_a_template_is_deleted_by_who_may_change_it(office: Office, strategy: int, model: Any) -> None:
    row = row_of(office.template(strategy), model)
    assert delete(allowed("change_workflow"), row) == []
    assert not model.objects.filter(pk=row.pk).exists()
    own = row_of(office.template(strategy, company_id=office.owner.pk), model)
    with unchanged():
        assert delete(office.stranger, own) == NOT_FOUND
    assert delete(office.owner, own) == []
    assert not model.objects.filter(pk=own.pk).exists()
