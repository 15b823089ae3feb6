"""`os.system` as an action: refused by every door, and never called where a row came in past all of them."""

from __future__ import annotations

import os

import pytest
from django.core.checks import Error
from django.core.exceptions import ValidationError
from django.test import override_settings

from django_workflow_engine.actions import registered_actions
from django_workflow_engine.actions.calling import handler_for
from django_workflow_engine.actions.incidents import retry_action_run
from django_workflow_engine.checks import check_actions
from django_workflow_engine.choices import ActionRunStatus, ActionType, ErrorCode
from django_workflow_engine.definitions.changes import ActionChanges
from django_workflow_engine.definitions.specs import ActionSpec
from django_workflow_engine.errors import ActionNotRegistered, InvalidDefinition
from django_workflow_engine.models import ActionRun, WorkflowAction, WorkflowConfiguration
from django_workflow_engine.serializers import WorkFlowSerializer
from django_workflow_engine.serializers.actions import WorkflowActionSerializer
from django_workflow_engine.services import (
    attach_workflow_to_object,
    clone_workflow,
    create_action,
    create_workflow,
    update_action,
)
from django_workflow_engine.services.configuration.registration import register_model_for_workflow
from tests.engine.actions.firing import configure
from tests.engine.admin.pages import errors
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, spec_for, template_for
from tests.runs import approve, attachment_of
from tests.snapshot import unchanged
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db
PATH = "os.system"
SPEC = ActionSpec(action_type="after_approve", function_path=PATH)
MESSAGE = "“os.system” is not registered as an action."
IN_SETTINGS = override_settings(WORKFLOW_ACTIONS_CONFIG=[{"action_type": "after_approve", "function_path": PATH}])
every_strategy = pytest.mark.parametrize("strategy", STRATEGIES)


@pytest.fixture(autouse=True)
def system_calls(monkeypatch):
    """What reached the operating system."""
    found: list[str] = []

    def system(command: str) -> int:
        found.append(command)
        return 0

    monkeypatch.setattr(os, "system", system)
    yield found
    assert found == []


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def template(boss):
    return template_for(1, [[by_user(boss)]])


def owners(template):
    pipeline = template.pipelines.get()
    return {"workflow": template, "pipeline": pipeline, "stage": pipeline.stages.get()}


@pytest.mark.parametrize("level", ["workflow", "pipeline", "stage"])
def test_saving_it_is_refused_on_every_level(level, template):
    owner = {level: owners(template)[level]}
    with unchanged(), pytest.raises(ValidationError) as refused:
        WorkflowAction.objects.create(**owner, action_type="after_approve", function_path=PATH)
    (error,) = refused.value.error_dict["function_path"]
    assert (error.message, error.code) == (MESSAGE, "ACTION_NOT_REGISTERED")


@pytest.mark.parametrize("level", ["workflow", "pipeline", "stage"])
def test_the_verbs_refuse_it_at_its_place(level, template):
    owner = {f"{level}_id": owners(template)[level].pk}
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        create_action(action=SPEC, **owner)
    (fault,) = refused.value.faults
    assert (fault.code, fault.path) == (ErrorCode.ACTION_NOT_REGISTERED, ("action", "function_path"))
    action = configure(owners(template)[level], "notify")
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        update_action(id=action.pk, changes=ActionChanges(function_path=PATH))
    (fault,) = refused.value.faults
    assert (fault.code, fault.path) == (ErrorCode.ACTION_NOT_REGISTERED, ("function_path",))


@every_strategy
def test_a_template_that_brings_it_is_not_created(strategy, boss):
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        create_workflow(spec=spec_for(strategy, [[by_user(boss)]], actions=[SPEC]))
    (fault,) = refused.value.faults
    assert (fault.code, fault.path) == (ErrorCode.ACTION_NOT_REGISTERED, ("actions", "0", "function_path"))


def test_the_serializers_refuse_it(template):
    entry = {"action_type": "after_approve", "function_path": PATH}
    flat = {"name_en": "Leave", "strategy": 3, "actions": [entry]}
    for form in (WorkFlowSerializer(data=flat), WorkflowActionSerializer(data={**entry, "workflow_id": template.pk})):
        with unchanged():
            assert not form.is_valid()
        shown = form.errors["actions"][0] if "actions" in form.errors else form.errors
        assert [error.code for error in shown["function_path"]] == ["ACTION_NOT_REGISTERED"]


def test_the_admin_offers_it_nowhere_and_refuses_it_where_it_is_sent(template, admin):
    values = {"workflow": template.pk, "action_type": "after_approve", "function_path": PATH, "parameters": "{}"}
    with unchanged():
        page = admin.save(WorkflowAction, **values)
    assert errors(page) == {"function_path": [MESSAGE]}
    assert PATH not in dict(page.context["adminform"].form.fields["function_path"].widget.choices)


@IN_SETTINGS
def test_the_settings_cannot_name_it_either(template):
    (found,) = check_actions(None)
    assert isinstance(found, Error)
    assert (found.id, bool(found.hint)) == ("django_workflow_engine.E023", True)
    assert PATH in found.msg
    assert PATH not in [action.path for action in registered_actions()]
    with pytest.raises(ActionNotRegistered) as refused:
        handler_for(PATH)
    assert (refused.value.code, refused.value.path) == (ErrorCode.ACTION_NOT_REGISTERED, ("function_path",))
    with unchanged(), pytest.raises(ValidationError):
        WorkflowAction.objects.create(workflow=template, action_type="after_approve", function_path=PATH)


def assert_refused_at_its_run(document) -> ActionRun:
    """The run failed, said why, and the decision stands."""
    run = ActionRun.objects.get()
    assert (run.function_path, run.status) == (PATH, ActionRunStatus.FAILED)
    assert run.last_error == f"ActionNotRegistered: {MESSAGE}"
    assert attachment_of(document).status == "completed"
    return run


def decide(workflow, boss, capture):
    document = DocumentFactory()
    attach_workflow_to_object(document, workflow)
    with capture(execute=True):
        approve(document, boss)
    return document


def updated(template, **fields):
    configure(template, "notify", **fields)
    WorkflowAction.objects.update(function_path=PATH)


def inserted(template, **fields):
    row = WorkflowAction(workflow=template, action_type="after_approve", function_path=PATH, **fields)
    WorkflowAction.objects.bulk_create([row])


@every_strategy
@pytest.mark.parametrize("smuggle", [updated, inserted])
def test_a_row_that_came_in_past_every_door_is_refused_when_it_would_run(
    strategy, smuggle, boss, django_capture_on_commit_callbacks
):
    template = template_for(strategy, [[by_user(boss)]])
    smuggle(template, parameters={"command": "true"})
    document = decide(template, boss, django_capture_on_commit_callbacks)
    run = assert_refused_at_its_run(document)
    with django_capture_on_commit_callbacks(execute=True):
        retry_action_run(run.pk, None)
    assert_refused_at_its_run(document)


@every_strategy
@IN_SETTINGS
def test_one_that_the_settings_name_all_the_same_is_refused_when_it_would_run(
    strategy, boss, django_capture_on_commit_callbacks
):
    document = decide(template_for(strategy, [[by_user(boss)]]), boss, django_capture_on_commit_callbacks)
    assert_refused_at_its_run(document)


def test_a_clone_takes_it_along_and_runs_it_no_more_than_its_source(template, boss, django_capture_on_commit_callbacks):
    inserted(template)
    document = decide(clone_workflow(id=template.pk), boss, django_capture_on_commit_callbacks)
    assert_refused_at_its_run(document)


@pytest.mark.parametrize("at_start", [True, False])
def test_a_model_s_hooks_do_not_call_it(at_start, template, boss, django_capture_on_commit_callbacks):
    register_model_for_workflow(Document)
    WorkflowConfiguration.objects.update(**{"pre_start_hook" if at_start else "post_complete_hook": PATH})
    if at_start:
        document = DocumentFactory()
        with unchanged(), pytest.raises(ActionNotRegistered) as refused:
            attach_workflow_to_object(document, template)
        assert (refused.value.code, refused.value.function_path) == (ErrorCode.ACTION_NOT_REGISTERED, PATH)
        return
    document = decide(template, boss, django_capture_on_commit_callbacks)
    run = assert_refused_at_its_run(document)
    assert run.action_type == ActionType.ON_WORKFLOW_COMPLETE
