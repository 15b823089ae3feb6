"""Names that the reference's users call, and what they get."""

from __future__ import annotations

import pytest

from django_workflow_engine import choices
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction, WorkflowConfiguration
from django_workflow_engine.services import attach_workflow_to_object, register_model_for_workflow, reject_step
from gql_workflows.demo.models import Department
from tests.engine.templates.trees import NOTIFY, PIPED, STAGED, complete, stage_of
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, attachment_of, open_steps, seat
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("strategy", "kind"), [(1, Stage), (2, Pipeline)])
def test_the_next_stage_is_what_comes_next(strategy, kind):
    user, document = UserFactory(), DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_user(user)]] * 2), user=user)
    attachment = attachment_of(document)
    following = attachment.next_stage
    assert (type(following), attachment.progress_percentage) == (kind, 0)
    approve(document, user)
    attachment = attachment_of(document)
    place = attachment.current_stage if strategy == 1 else attachment.current_pipeline
    assert (place, attachment.next_stage, attachment.progress_percentage) == (following, None, 50)


def test_a_run_of_the_workflow_alone_starts_with_the_workflow():
    user, document = UserFactory(), DocumentFactory()
    attachment = attach_workflow_to_object(document, template_for(3, [[by_user(user)]]), user=user, auto_start=False)
    assert attachment.next_stage == attachment.workflow
    approved = DocumentFactory()
    attach_workflow_to_object(approved, template_for(3, [[by_user(user)]]), user=user)
    assert attachment_of(approved).next_stage is None


def test_the_metadata_keeps_the_reason_of_the_last_rejection():
    user, document = UserFactory(), DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_user(user)]]), user=user, metadata={"amount": 5})
    reject_step(step_id=seat(document, user).pk, actor=user, reason="Too dear")
    assert attachment_of(document).metadata == {"amount": 5, "rejection_reason": "Too dear"}


def test_the_metadata_keeps_it_when_the_package_rejects():
    from approval_workflow.services import advance_flow  # noqa: PLC0415 - as a project would

    user, document = UserFactory(), DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_user(user)]]), user=user)
    advance_flow(open_steps(document)[0], action="rejected", user=user, comment="No")
    assert attachment_of(document).metadata == {"rejection_reason": "No"}


@pytest.mark.parametrize("given", [{"model": Document}, {"model_class": Document}])
def test_a_model_is_registered_by_either_name(given):
    configuration = register_model_for_workflow(**given, status_field="status")
    assert configuration.content_type.model_class() is Document


@pytest.mark.parametrize("given", [{}, {"model": Document, "model_class": Document}])
def test_a_model_is_named_once(given):
    before = WorkflowConfiguration.objects.count()
    with pytest.raises(TypeError):
        register_model_for_workflow(**given)
    assert WorkflowConfiguration.objects.count() == before


def test_a_workflow_is_cloned_and_follows_its_completeness():
    workflow = complete(STAGED)
    clone = workflow.clone()
    assert (clone.cloned_from, clone.name_en) == (workflow, f"{workflow.name_en} (Copy)")
    clone.status = "draft"
    clone.save()
    assert clone.update_active_status() is True
    assert WorkFlow.objects.get(pk=clone.pk).status == "active"


def test_an_action_says_what_it_belongs_to():
    workflow = complete(STAGED)
    stage = stage_of(workflow)
    for level, owner in (("workflow", workflow), ("pipeline", stage.pipeline), ("stage", stage)):
        action = WorkflowAction(action_type="after_approve", function_path=NOTIFY, **{level: owner})
        assert (action.scope_level, action.scope_object) == (level, owner)
    assert (WorkflowAction().scope_level, WorkflowAction().scope_object) == (None, None)


def test_a_pipeline_names_its_department():
    pipeline = complete(PIPED).pipelines.get()
    assert pipeline.department_name is None
    pipeline.department = Department.objects.create(name="Law")
    assert pipeline.department_name == str(pipeline.department)


def test_the_status_of_an_attachment_has_both_names():
    assert choices.WorkflowAttachmentStatus is choices.AttachmentStatus


def test_none_is_the_empty_object_in_every_json_field():
    workflow = WorkFlow.objects.create(name_en="W", workflow_info=None)
    pipeline = Pipeline.objects.create(workflow=workflow, name_en="P", pipeline_info=None)
    stage = Stage.objects.create(pipeline=pipeline, name_en="S", stage_info=None, form_info=None)
    action = WorkflowAction.objects.create(
        workflow=workflow, action_type="after_approve", function_path=NOTIFY, parameters=None
    )
    assert [workflow.workflow_info, pipeline.pipeline_info, stage.stage_info, stage.form_info] == [{}] * 4
    assert action.parameters == {}
    Stage.objects.update(form_info=None)
    stage.form_info = None
    Stage.objects.bulk_update([stage], ["form_info"])
    stage.refresh_from_db()
    assert stage.form_info == {}
    attachment = attach_workflow_to_object(DocumentFactory(), complete(STAGED), user=UserFactory(), auto_start=False)
    attachment.metadata = None
    attachment.save()
    attachment.refresh_from_db()
    assert attachment.metadata == {}
