"""Templates in the admin: made and changed with what is below them, and refused where the fault is."""

from __future__ import annotations

import json

import pytest
from django.utils.html import escape

from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction
from gql_workflows.demo.models import Department
from tests.engine.admin.pages import errors
from tests.engine.configuration import hooks
from tests.factories import STRATEGIES, UserFactory, by_user, template_for
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
NOTE = f"{hooks.HERE}.note"


@pytest.fixture
def approvals():
    return [by_user(UserFactory())]


def info(approvals) -> str:
    return json.dumps({"approvals": approvals})


def action(prefix: str = "actions-0", path: str = NOTE) -> dict[str, str]:
    """A new action, as its inline sends it."""
    values = {"action_type": "after_approve", "function_path": path, "parameters": "", "order": "0", "is_active": "on"}
    return {f"{prefix}-{name}": value for name, value in values.items()}


def saved(response) -> None:
    assert response.status_code == 302, errors(response)


def test_a_flat_template_is_made_on_one_page(admin, administrator, approvals):
    saved(admin.save(WorkFlow, name_en="Leave", strategy="3", workflow_info=info(approvals), **action()))
    workflow = WorkFlow.objects.get()
    assert (workflow.name_en, workflow.is_active, workflow.validate_completeness()[0]) == ("Leave", True, True)
    assert (workflow.created_by, workflow.modified_by) == (administrator, administrator)
    assert [(row.function_path, row.parameters) for row in workflow.actions.all()] == [(NOTE, {})]


def test_a_template_of_pipelines_is_made_on_one_page(admin, approvals):
    fields = {"pipelines-0-name_en": "Finance", "pipelines-0-pipeline_info": info(approvals)}
    fields |= {"pipelines-1-name_en": "Legal", "pipelines-1-order": "7", "pipelines-1-pipeline_info": info(approvals)}
    saved(admin.save(WorkFlow, name_en="Purchase", strategy="2", **fields))
    workflow = WorkFlow.objects.get()
    assert list(workflow.pipelines.values_list("name_en", "order")) == [("Finance", 0), ("Legal", 7)]
    assert workflow.validate_completeness()[0]


def test_a_staged_template_is_made_page_by_page_and_says_what_it_lacks(admin, approvals):
    page = admin.client.post(
        admin.address(WorkFlow, "add"),
        {
            "name_en": "Purchase",
            "strategy": "1",
            "status": "active",
            "workflow_info": "{}",
            "pipelines-TOTAL_FORMS": "1",
        }
        | {"pipelines-INITIAL_FORMS": "0", "pipelines-0-name_en": "Finance", "pipelines-0-pipeline_info": "{}"}
        | {"actions-TOTAL_FORMS": "0", "actions-INITIAL_FORMS": "0"},
        follow=True,
    )
    told = [str(message) for message in page.context["messages"]]
    assert "Not ready to run: Pipeline “Finance” must have at least one active stage" in told
    pipeline = Pipeline.objects.get()
    saved(admin.save(pipeline, **{"stages-0-name_en": "Review", "stages-0-is_active": "on"}, **action()))
    stage = Stage.objects.get()
    saved(admin.save(stage, stage_info=info(approvals), **action()))
    assert WorkFlow.objects.get().validate_completeness()[0]
    assert [(row.pipeline, row.stage) for row in WorkflowAction.objects.order_by("pk")] == [
        (pipeline, None),
        (None, stage),
    ]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_template_is_changed_on_its_page_in_every_strategy(strategy, admin, administrator, approvals):
    workflow = template_for(strategy, [approvals])
    saved(admin.save(workflow, name_en="Renamed", status="inactive"))
    workflow.refresh_from_db()
    assert (workflow.name_en, workflow.status, workflow.is_active) == ("Renamed", "inactive", False)
    assert (workflow.created_by, workflow.modified_by) == (None, administrator)
    assert workflow.strategy == strategy


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_page_shows_only_what_its_strategy_has(strategy, admin, approvals):
    page = admin.open(template_for(strategy, [approvals]))
    inlines = [inline.opts.model for inline in page.context["inline_admin_formsets"]]
    assert inlines == ([WorkflowAction] if strategy == 3 else [Pipeline, WorkflowAction])
    assert ("workflow_info" in page.context["adminform"].form.fields) == (strategy == 3)
    if strategy != 3:
        fields = page.context["inline_admin_formsets"][0].formset.forms[0].fields
        assert ("pipeline_info" in fields) == (strategy == 2)
        below = admin.open(Pipeline.objects.get()).context["inline_admin_formsets"]
        assert [inline.opts.model for inline in below] == (
            [Stage, WorkflowAction] if strategy == 1 else [WorkflowAction]
        )


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (
            '{"approvals": [{"approval_type": "nobody"}]}',
            "workflow_info.approvals.0.approval_type: “nobody” is none of",
        ),
        ('{"approvals": [{}]}', "workflow_info.approvals.0.approval_type: An approval must say who decides it."),
        ('{"approvals": 5}', "workflow_info.approvals: This must be a list of approvals."),
        ("[1]", "This must be a JSON object."),
        ("{approvals", "Enter a valid JSON."),
        ('"\\u0000"', "JSON cannot hold a null character."),
    ],
)
def test_a_configuration_that_cannot_work_is_refused_at_its_field(raw, message, admin):
    with unchanged():
        page = admin.save(WorkFlow, name_en="Leave", strategy="3", workflow_info=raw)
    assert page.status_code == 200
    ((name, (found,)),) = errors(page).items()
    assert name == "workflow_info"
    assert found.startswith(message)
    assert escape(found) in page.content.decode()


def test_every_fault_of_a_configuration_is_shown(admin):
    raw = '{"approvals": [{"approval_type": "user"}, {"approval_type": "role"}]}'
    found = errors(admin.save(WorkFlow, name_en="Leave", strategy="3", workflow_info=raw))["workflow_info"]
    assert [text.split(":")[0] for text in found] == [
        "workflow_info.approvals.0.approval_user",
        "workflow_info.approvals.1.user_role",
    ]


def test_an_inline_row_that_cannot_work_is_refused_at_its_field(admin):
    raw = '{"approvals": [{"approval_type": "user"}]}'
    fields = {"pipelines-0-name_en": "Finance", "pipelines-0-pipeline_info": raw}
    with unchanged():
        page = admin.save(WorkFlow, name_en="Purchase", strategy="2", **fields)
    message = "pipeline_info.approvals.0.approval_user: An approval by a user must name the user."
    assert errors(page) == {"pipelines-0-pipeline_info": [message]}


def test_pipelines_of_a_flat_workflow_are_refused_on_their_form(admin, approvals):
    fields = {"pipelines-0-name_en": "Finance", "pipelines-0-pipeline_info": "{}"}
    with unchanged():
        page = admin.save(WorkFlow, name_en="Leave", strategy="3", workflow_info=info(approvals), **fields)
    message = "Cannot create pipelines for Strategy 3 (Workflow Only) workflows."
    assert errors(page) == {"pipelines-0-__all__": [message]}


def test_a_stage_of_a_workflow_without_stages_is_refused_on_its_form(admin, approvals):
    template_for(2, [approvals])
    with unchanged():
        page = admin.save(Stage, pipeline=str(Pipeline.objects.get().pk), name_en="Review", is_active="on")
    assert errors(page) == {"__all__": ["Strategy 2 (Workflow→Pipeline) cannot have stages."]}


def test_approvals_on_the_wrong_level_are_refused_at_their_field(admin, approvals):
    template_for(1, [approvals])
    with unchanged():
        page = admin.save(Pipeline.objects.get(), pipeline_info=info(approvals))
    message = "pipeline_info.approvals: This strategy asks for no approvals here."
    assert errors(page) == {"pipeline_info": [message]}


@pytest.mark.parametrize("path", ["os.system", f"{hooks.HERE}.unregistered", "nothing"])
def test_a_function_that_is_not_registered_is_refused_at_its_field(path, admin, approvals):
    workflow = template_for(3, [approvals])
    message = f"“{path}” is not registered as an action."
    with unchanged():
        assert errors(admin.save(workflow, **action(path=path))) == {"actions-0-function_path": [message]}
        page = admin.save(
            WorkflowAction, workflow=str(workflow.pk), action_type="after_approve", function_path=path, order="0"
        )
        assert errors(page) == {"function_path": [message]}


def test_an_action_belongs_to_exactly_one_row(admin, approvals):
    workflow = template_for(2, [approvals])
    owners = {"workflow": str(workflow.pk), "pipeline": str(workflow.pipelines.get().pk)}
    fields = {"action_type": "after_approve", "function_path": NOTE, "order": "0"}
    message = "An action belongs to exactly one workflow, pipeline or stage."
    with unchanged():
        for given in (owners, {}):
            found = errors(admin.save(WorkflowAction, **fields, **given))
            assert message in found["__all__"]
    saved(admin.save(WorkflowAction, **fields, pipeline=owners["pipeline"]))
    assert WorkflowAction.objects.get().pipeline == workflow.pipelines.get()


def test_siblings_change_places_on_their_parent_s_page(admin, approvals):
    workflow = template_for(2, [approvals] * 4)
    one, two, three, four = workflow.pipelines.all()
    moved = {"pipelines-0-order": "1", "pipelines-1-order": "0", "pipelines-2-DELETE": "on", "pipelines-3-order": "2"}
    saved(admin.save(workflow, **moved, **{"pipelines-4-name_en": "New", "pipelines-4-order": "3"}))
    assert list(workflow.pipelines.values_list("pk", "order"))[:3] == [(two.pk, 0), (one.pk, 1), (four.pk, 2)]
    assert list(workflow.pipelines.values_list("name_en", "order"))[3:] == [("New", 3)]
    assert not Pipeline.objects.filter(pk=three.pk).exists()


def test_two_rows_at_one_place_are_refused_at_the_second(admin, approvals):
    workflow = template_for(2, [approvals] * 2)
    with unchanged():
        page = admin.save(workflow, **{"pipelines-1-order": "0"})
        assert errors(page) == {"pipelines-1-order": ["Another row has this place."]}
        page = admin.save(workflow.pipelines.last(), order="0")
        assert errors(page) == {"order": ["Another row has this place."]}


@pytest.mark.parametrize("order", ["-1", "2147483648", "99999999999999999999"])
def test_a_place_that_no_database_can_hold_is_refused(order, admin, approvals):
    workflow = template_for(2, [approvals])
    with unchanged():
        assert list(errors(admin.save(workflow, **{"pipelines-0-order": order}))) == ["pipelines-0-order"]
        assert list(errors(admin.save(workflow.pipelines.get(), order=order))) == ["order"]


def test_an_empty_place_is_the_one_after_the_last(admin, approvals):
    workflow = template_for(2, [approvals] * 2)
    saved(admin.save(Pipeline, workflow=str(workflow.pk), name_en="Last", order=""))
    assert list(workflow.pipelines.values_list("order", flat=True)) == [0, 1, 2]


def test_a_name_is_needed(admin):
    with unchanged():
        assert errors(admin.save(WorkFlow, name_en="", strategy="1")) == {"name_en": ["This field is required."]}


def test_a_pipeline_takes_a_department_of_the_project(admin, approvals):
    department = Department.objects.create(name="Finance")
    template_for(2, [approvals])
    pipeline = Pipeline.objects.get()
    saved(admin.save(pipeline, department_row=str(department.pk)))
    pipeline = Pipeline.objects.get()
    assert pipeline.department == department
    saved(admin.save(pipeline, name_en="Renamed"))
    assert Pipeline.objects.get().department == department
    saved(admin.save(pipeline, department_row=""))
    assert Pipeline.objects.get().department is None


def test_a_project_without_departments_has_no_such_field(admin, approvals, settings):
    settings.DJANGO_WORKFLOW_ENGINE = {}
    template_for(2, [approvals])
    assert "department_row" not in admin.open(Pipeline.objects.get()).context["adminform"].form.fields
    saved(admin.save(Pipeline.objects.get(), name_en="Renamed"))


def test_the_rows_above_are_in_the_breadcrumbs_and_the_rows_below_are_linked(admin, approvals):
    workflow = template_for(1, [approvals])
    pipeline, stage = workflow.pipelines.get(), Stage.objects.get()
    up, middle, down = (admin.address(row, "change") for row in (workflow, pipeline, stage))
    assert f'href="{middle}"' in admin.open(workflow).content.decode()
    page = admin.open(pipeline).content.decode()
    assert f'href="{up}"' in page
    assert f'href="{down}"' in page
    page = admin.open(stage).content.decode()
    assert f'href="{up}"' in page
    assert f'href="{middle}"' in page


def test_a_template_that_nothing_descends_from_is_deleted_with_what_is_below_it(admin, approvals):
    workflow = template_for(1, [approvals])
    assert admin.delete(workflow).status_code == 302
    assert [model.objects.count() for model in (WorkFlow, Pipeline, Stage)] == [0, 0, 0]


def test_the_strategy_stays(admin, approvals):
    workflow = template_for(3, [approvals])
    saved(admin.save(workflow, strategy="1"))
    workflow.refresh_from_db()
    assert workflow.strategy == 3
