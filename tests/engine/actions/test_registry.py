"""Which functions may run: those found at start-up, decorated ones, and those that the settings name."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from django_workflow_engine import registry
from django_workflow_engine.actions import RegisteredAction, registered_actions, workflow_action
from django_workflow_engine.actions.calling import handler_for
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.errors import ActionNotRegistered
from django_workflow_engine.models import WorkflowAction
from tests.engine.actions.firing import PATH, configure, template
from tests.engine.configuration import hooks
from tests.snapshot import unchanged

FORBIDDEN = [
    "os.system",
    "subprocess.run",
    "builtins.eval",
    f"{PATH}.send_mail",
    f"{PATH}.sys.exit",
    f"{PATH}._hidden",
    f"{PATH}.title_of",
    f"{PATH}.no_such_function",
    "tests.testapp.models.Document",
    "shop.actions.notify",
    "notify",
    "",
]


@pytest.fixture
def forget(monkeypatch):
    """Let what a test decorates be forgotten after it."""
    monkeypatch.setattr(registry, "_decorated", {})


def paths() -> list[str]:
    return [action.path for action in registered_actions()]


def test_functions_defined_in_an_app_s_module_are_registered_and_described_by_their_first_line():
    found = {action.path: action for action in registered_actions()}
    assert found[f"{PATH}.notify"] == RegisteredAction(
        path=f"{PATH}.notify", label="Notify", description="Keep what the first documented signature gets."
    )
    assert found[f"{PATH}.take_everything"].description == ""
    assert list(found) == sorted(found)


def test_the_engine_s_own_mails_are_registered():
    own = [path for path in paths() if path.startswith("django_workflow_engine.")]
    assert [path.rpartition(".")[2] for path in own] == [
        "send_approval_notification",
        "send_delegation_notification",
        "send_pipeline_move_notification",
        "send_rejection_notification",
        "send_resubmission_notification",
        "send_stage_move_notification",
        "send_workflow_complete_notification",
        "send_workflow_start_notification",
    ]


@pytest.mark.parametrize("path", FORBIDDEN)
def test_no_other_path_names_an_action(path):
    assert path not in paths()
    with pytest.raises(ActionNotRegistered) as refused:
        handler_for(path)
    assert (refused.value.code, refused.value.function_path) == (ErrorCode.ACTION_NOT_REGISTERED, path)


def test_a_path_that_is_not_registered_is_never_imported():
    sys.modules.pop("this", None)
    with pytest.raises(ActionNotRegistered):
        handler_for("this.c")
    assert "this" not in sys.modules


def test_a_decorated_function_of_any_module_is_registered(forget):
    module = ModuleType("shop_notes")
    exec("def remind(context, parameters):\n    '''Remind somebody.'''", module.__dict__)
    sys.modules["shop_notes"] = module
    module.remind = workflow_action(module.remind)
    assert registry.find("shop_notes.remind") is module.remind
    assert registered_actions()[-len([path for path in paths() if path > "shop_notes"])].path == "shop_notes.remind"
    del sys.modules["shop_notes"]


def test_a_decorator_may_say_what_people_read(forget):
    def remind(context, parameters):
        """Remind somebody."""

    remind.__module__, remind.__qualname__ = __name__, "remind"
    assert workflow_action(label="Reminder", description="Writes a letter")(remind) is remind
    found = {action.path: action for action in registered_actions()}[f"{__name__}.remind"]
    assert (found.label, found.description) == ("Reminder", "Writes a letter")


def test_a_function_inside_a_function_cannot_be_decorated(forget):
    with pytest.raises(TypeError, match="top level"):
        workflow_action(lambda context, parameters: None)


def test_paths_named_in_the_settings_are_registered():
    path = f"{hooks.HERE}.unregistered"
    with override_settings(WORKFLOW_ACTIONS_CONFIG=[{"action_type": "after_approve", "function_path": path}]):
        assert path in paths()
        assert handler_for(path) is hooks.unregistered
    assert path not in paths()


@pytest.mark.parametrize("path", ["os.system", "json.dumps", "builtins.dict", f"{PATH}.title_of", f"{PATH}.calls"])
def test_what_the_settings_name_must_be_a_function_that_an_event_can_call(path):
    with override_settings(WORKFLOW_ACTIONS_CONFIG=[{"action_type": "after_approve", "function_path": path}]):
        assert path not in paths()
        with pytest.raises(ActionNotRegistered):
            handler_for(path)


def test_a_function_is_looked_up_at_each_run(monkeypatch):
    def other(context, parameters): ...

    monkeypatch.setattr(f"{PATH}.notify", other)
    assert handler_for(f"{PATH}.notify") is other


@pytest.mark.django_db
@pytest.mark.parametrize("path", FORBIDDEN)
def test_an_action_with_another_path_is_not_saved(path):
    workflow = template()
    with unchanged(), pytest.raises(ValidationError) as refused:
        WorkflowAction.objects.create(workflow=workflow, action_type="after_approve", function_path=path)
    assert [error.code for error in refused.value.error_dict["function_path"]] == ["ACTION_NOT_REGISTERED"]


@pytest.mark.django_db
def test_a_stored_action_is_not_given_another_path():
    action = configure(template(), "notify")
    action.function_path = "os.system"
    with unchanged(), pytest.raises(ValidationError):
        action.save()


@pytest.mark.django_db
def test_an_action_whose_function_has_gone_may_be_switched_off_and_deleted():
    action = configure(template(), "notify")
    WorkflowAction.objects.update(function_path="shop.actions.gone")
    action.refresh_from_db()
    action.is_active = False
    action.save()
    action.delete()
    assert WorkflowAction.objects.count() == 0
