"""Frozen versions in the admin: kept out of the lists, shown on request, never written."""

from __future__ import annotations

import pytest

from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction
from django_workflow_engine.services import attach_workflow_to_object
from tests.engine.configuration import hooks
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db


def frozen(strategy) -> WorkFlow:
    """A frozen version with an action on its first row of each kind."""
    template = template_for(strategy, [[by_user(UserFactory())]])
    for owner in (template, template.pipelines.first(), Stage.objects.first()):
        if owner is not None:
            path = f"{hooks.HERE}.note"
            owner.actions.create(action_type="after_approve", function_path=path)
    attach_workflow_to_object(DocumentFactory(), template)
    return WorkFlow.objects.get(is_hidden=True)


@pytest.fixture(params=STRATEGIES)
def version(request) -> WorkFlow:
    return frozen(request.param)


def below(version: WorkFlow) -> list:
    """Every row of the version."""
    pipelines = list(version.pipelines.all())
    stages = list(Stage.objects.filter(pipeline__workflow=version))
    return [
        version,
        *pipelines,
        *stages,
        *(action for row in (version, *pipelines, *stages) for action in row.actions.all()),
    ]


def test_lists_show_templates_unless_the_versions_are_asked_for(version, admin):
    for model in (WorkFlow, Pipeline, Stage, WorkflowAction):
        of_the_version = {row.pk for row in below(version) if type(row) is model}
        everything = {row.pk for row in model.objects.all()}
        assert {row.pk for row in admin.rows(model)} == everything - of_the_version
        assert {row.pk for row in admin.rows(model, frozen="yes")} == of_the_version
        assert {row.pk for row in admin.rows(model, frozen="all")} == everything


def test_the_first_choice_is_called_templates(version, admin):
    page = admin.list(WorkFlow).content.decode()
    assert "Templates</a>" in page
    assert "Frozen versions</a>" in page


def test_every_row_of_a_version_is_shown_and_nothing_of_it_is_written(version, admin):
    for row in below(version):
        page = admin.open(row)
        assert page.status_code == 200
        assert not page.context["has_change_permission"]
        assert not any(inline.has_add_permission for inline in page.context["inline_admin_formsets"])
        assert 'name="_save"' not in page.content.decode()
        with unchanged():
            assert admin.client.post(admin.address(row, "change"), {"name_en": "Mine"}).status_code == 403
            assert admin.delete(row).status_code == 403


def test_versions_are_not_deleted_by_the_list_s_action(version, admin):
    for row in below(version):
        chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        with unchanged():
            admin.client.post(admin.address(type(row), "changelist") + "?frozen=all", chosen)


def test_a_template_with_versions_is_not_deleted(version, admin):
    template = version.cloned_from
    with unchanged():
        page = admin.delete(template)
    assert page.status_code == 200
    assert "Cannot delete workflow" in page.content.decode()


@pytest.mark.parametrize(("model", "field"), [("workflowaction", "workflow"), ("pipeline", "workflow")])
def test_a_version_is_no_choice_for_a_new_row(model, field, admin):
    version = frozen(1)
    parameters = {"app_label": "django_workflow_engine", "model_name": model, "field_name": field, "term": "Purchase"}
    found = admin.client.get("/admin/autocomplete/", parameters).json()["results"]
    assert [row["id"] for row in found] == [str(version.cloned_from_id)]


def test_a_new_row_in_a_version_is_refused(admin):
    version = frozen(1)
    with unchanged():
        page = admin.save(Pipeline, workflow=str(version.pk), name_en="Mine", pipeline_info="{}")
    assert page.status_code == 200
    found = page.context["adminform"].form.errors["__all__"]
    assert found == ["A frozen version of a workflow never changes."]
