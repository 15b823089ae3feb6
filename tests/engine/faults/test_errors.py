"""Every refusal of the engine: a class of its own, a code that never changes, and a place in the input."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from approval_workflow.services import start_flow
from django.test import override_settings

import django_workflow_engine
from django_workflow_engine import errors
from django_workflow_engine.actions.calling import handler_for
from django_workflow_engine.approvals.flows import FlowBusy
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    claim_step,
    create_workflow,
    delegate_step,
    delete_workflow,
    reject_step,
    start_workflow,
    update_workflow,
)
from django_workflow_engine.services.configuration.reading import WorkflowNotAllowed
from gql_workflows.demo.models import DynamicForm
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, spec_for, template_for
from tests.runs import approve, attachment_of, open_steps, seat
from tests.snapshot import unchanged
from tests.testapp.models import Unlisted

pytestmark = pytest.mark.django_db
Call = Callable[[], Any]

# Clients branch on the code and callers catch the class: neither is ever changed.
CODES = {
    errors.WorkflowError: "INVALID",
    errors.InvalidInput: "INVALID",
    errors.ValueMissing: "REQUIRED",
    errors.InvalidDefinition: "INVALID",
    errors.NotFound: "NOT_FOUND",
    errors.Forbidden: "FORBIDDEN",
    errors.MissingPermission: "FORBIDDEN",
    errors.DutyRuleBroken: "DUTY_RULE",
    errors.ModelNotEnabled: "MODEL_NOT_ENABLED",
    WorkflowNotAllowed: "MODEL_NOT_ENABLED",
    errors.WorkflowInactive: "WORKFLOW_INACTIVE",
    errors.WorkflowIncomplete: "WORKFLOW_INCOMPLETE",
    errors.AlreadyAttached: "ALREADY_ATTACHED",
    errors.NotInProgress: "NOT_IN_PROGRESS",
    errors.StepAlreadyDecided: "STEP_ALREADY_DECIDED",
    errors.NotYourStep: "NOT_YOUR_STEP",
    errors.StepClaimed: "STEP_CLAIMED",
    errors.FormDataRequired: "FORM_DATA_REQUIRED",
    errors.FormDataInvalid: "FORM_DATA_INVALID",
    errors.FormNotAccepted: "FORM_NOT_ACCEPTED",
    errors.Conflict: "CONFLICT",
    FlowBusy: "CONFLICT",
    errors.InUse: "IN_USE",
    errors.ActionNotRegistered: "ACTION_NOT_REGISTERED",
    errors.NoApprover: "NO_APPROVER",
    errors.Frozen: "FROZEN",
}
NOT_ALLOWED = {"PERMISSIONS": {"REQUIRE_PERMISSION_TO_START": True, "REQUIRE_PERMISSION_TO_APPROVE": True}}
SCHEMA = {"type": "object", "properties": {"amount": {"type": "number"}}, "required": ["amount"]}


def classes() -> set[type[WorkflowError]]:
    """Every class of refusals that a module of the engine defines."""
    for module in walk_packages(django_workflow_engine.__path__, "django_workflow_engine."):
        if ".management." not in module.name and ".migrations." not in module.name:
            import_module(module.name)
    found, new = {WorkflowError}, [WorkflowError]
    while new:
        new = [child for parent in new for child in parent.__subclasses__() if child not in found]
        found |= set(new)
    return {one for one in found if one.__module__.startswith("django_workflow_engine.")}


def test_every_class_has_its_code_for_good():
    assert {one: one.code.value for one in classes()} == CODES


def test_every_code_belongs_to_a_class_or_to_the_faults_of_a_definition():
    assert set(ErrorCode.values) - set(CODES.values()) == {"STRATEGY_VIOLATION"}


def test_every_class_says_what_it_means_and_is_caught_as_callers_of_the_reference_do():
    for one in classes():
        assert one.__doc__
        assert issubclass(one, ValueError)
    denied = {one for one in classes() if issubclass(one, PermissionError)}
    assert denied == {errors.Forbidden, errors.MissingPermission, errors.DutyRuleBroken, errors.NotYourStep}


def test_a_refusal_without_a_place_of_its_own_has_the_empty_path():
    error = WorkflowError("No", limit=3)
    assert (error.code, error.path, error.limit, str(error)) == (ErrorCode.INVALID, (), 3, "No")
    (fault,) = error.faults
    assert (fault.code, fault.message, fault.path) == (ErrorCode.INVALID, "No", ())


class World:
    """A template, and a document that the boss decides on it."""

    def __init__(self, strategy: int, **asks: Any) -> None:
        self.strategy, self.boss, self.other = strategy, UserFactory(), UserFactory()
        self.template = template_for(strategy, [[by_user(self.boss) | asks]])
        self.document = DocumentFactory()

    def run(self) -> World:
        attach_workflow_to_object(self.document, self.template, user=self.boss)
        return self

    def attach(self, obj: Any = None, **fields: Any) -> Any:
        return attach_workflow_to_object(self.document if obj is None else obj, self.template, **fields)

    @property
    def step(self) -> Any:
        return seat(self.document, self.boss)


def invalid_input(strategy: int) -> Call:
    world = World(strategy)
    return lambda: world.attach(metadata=["no object"])


def value_missing(strategy: int) -> Call:
    world = World(strategy).run()
    step = world.step
    return lambda: reject_step(step_id=step.pk, actor=world.boss, reason=" ")


def invalid_definition(strategy: int) -> Call:
    spec = spec_for(strategy, [[by_user(UserFactory())]], name_en="x" * 256)
    return lambda: create_workflow(spec=spec)


def not_found(strategy: int) -> Call:
    world = World(strategy).run()
    return lambda: approve_step(step_id=987654, actor=world.boss)


def forbidden(strategy: int) -> Call:
    world = World(strategy).run()
    attachment = attachment_of(world.document)
    return lambda: cancel_workflow(attachment_id=attachment.pk, actor=world.other, reason="No")


def missing_permission(strategy: int) -> Call:
    world = World(strategy)
    return override_settings(DJANGO_WORKFLOW_ENGINE=NOT_ALLOWED)(lambda: world.attach(user=world.other))


def model_not_enabled(strategy: int) -> Call:
    world, unlisted = World(strategy), Unlisted.objects.create(title="No")
    return lambda: world.attach(unlisted)


def workflow_not_allowed(strategy: int) -> Call:
    world, mapped = World(strategy), {"MODEL_WORKFLOW_MAPPINGS": {"testapp.Document": ["leave"]}}
    return override_settings(DJANGO_WORKFLOW_ENGINE=mapped)(world.attach)


def workflow_inactive(strategy: int) -> Call:
    world = World(strategy)
    WorkFlow.objects.update(is_active=False, status="inactive")
    return world.attach


def workflow_incomplete(strategy: int) -> Call:
    world = World(strategy)
    world.template = WorkFlow.objects.create(name_en="Empty", strategy=strategy)
    return world.attach


def already_attached(strategy: int) -> Call:
    return World(strategy).run().attach


def not_in_progress(strategy: int) -> Call:
    attachment = attachment_of(World(strategy).run().document)
    return lambda: start_workflow(attachment_id=attachment.pk)


def step_already_decided(strategy: int) -> Call:
    world = World(strategy).run()
    step = world.step
    approve(world.document, world.boss)
    return lambda: approve_step(step_id=step.pk, actor=world.boss)


def not_your_step(strategy: int) -> Call:
    world = World(strategy).run()
    step = world.step
    return lambda: approve_step(step_id=step.pk, actor=world.other)


def duty_rule_broken(strategy: int) -> Call:
    world = World(strategy)
    update_workflow(id=world.template.pk, changes=WorkflowChanges(duty_rules=["requester_never_decides"]))
    attach_workflow_to_object(world.document, world.template, user=world.other)
    step = world.step
    return lambda: delegate_step(step_id=step.pk, actor=world.boss, user_id=world.other.pk)


def step_claimed(strategy: int) -> Call:
    first, second, document = UserFactory(), UserFactory(), DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_role(group_of(first, second))]]))
    claim_step(step_id=seat(document, first).pk, actor=first)
    step = seat(document, second)
    return lambda: approve_step(step_id=step.pk, actor=second)


def form_of() -> DynamicForm:
    return DynamicForm.objects.create(name="Budget", form_schema=SCHEMA)


def with_form(strategy: int, form_data: Any, **asks: Any) -> Call:
    with override_settings(APPROVAL_DYNAMIC_FORM_MODEL="demo.DynamicForm"):
        world = World(strategy, **asks).run()
    step = world.step
    call = partial(approve_step, step_id=step.pk, actor=world.boss, form_data=form_data)
    return override_settings(APPROVAL_DYNAMIC_FORM_MODEL="demo.DynamicForm")(call)


def form_data_required(strategy: int) -> Call:
    return with_form(strategy, None, required_form=form_of().pk)


def form_data_invalid(strategy: int) -> Call:
    return with_form(strategy, {"amount": "much"}, required_form=form_of().pk)


def form_not_accepted(strategy: int) -> Call:
    return with_form(strategy, {"amount": 1}, step_approval_type="move")


def conflict(strategy: int) -> Call:
    document, boss, other = DocumentFactory(), UserFactory(), UserFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_role(group_of(boss, other))]]))
    step = seat(document, boss)
    return lambda: delegate_step(step_id=step.pk, actor=boss, user_id=other.pk)


def flow_busy(strategy: int) -> Call:
    world = World(strategy)
    start_flow(world.document, [{"step": 1, "assigned_to": world.boss}])
    return world.attach


def in_use(strategy: int) -> Call:
    world = World(strategy).run()
    return lambda: delete_workflow(id=world.template.pk)


def action_not_registered(strategy: int) -> Call:
    return lambda: handler_for("os.system")


def no_approver(strategy: int) -> Call:
    world = World(strategy)
    world.boss.delete()
    return world.attach


def frozen(strategy: int) -> Call:
    version = attachment_of(World(strategy).run().document).workflow
    return lambda: update_workflow(id=version.pk, changes=WorkflowChanges(name_en="Mine"))


CASES = [
    (errors.InvalidInput, invalid_input, ("metadata",)),
    (errors.ValueMissing, value_missing, ("reason",)),
    (errors.InvalidDefinition, invalid_definition, ("name_en",)),
    (errors.NotFound, not_found, ("step_id",)),
    (errors.Forbidden, forbidden, ("attachment_id",)),
    (errors.MissingPermission, missing_permission, ()),  # it is about the actor and not about a value
    (errors.ModelNotEnabled, model_not_enabled, ("target",)),
    (WorkflowNotAllowed, workflow_not_allowed, ("workflow_id",)),
    (errors.WorkflowInactive, workflow_inactive, ("workflow_id",)),
    (errors.WorkflowIncomplete, workflow_incomplete, ("workflow_id",)),
    (errors.AlreadyAttached, already_attached, ("target",)),
    (errors.NotInProgress, not_in_progress, ("attachment_id",)),
    (errors.StepAlreadyDecided, step_already_decided, ("step_id",)),
    (errors.NotYourStep, not_your_step, ("step_id",)),
    (errors.DutyRuleBroken, duty_rule_broken, ("user_id",)),
    (errors.StepClaimed, step_claimed, ("step_id",)),
    (errors.FormDataRequired, form_data_required, ("form_data",)),
    (errors.FormDataInvalid, form_data_invalid, ("form_data", "amount")),
    (errors.FormNotAccepted, form_not_accepted, ("form_data",)),
    (errors.Conflict, conflict, ("user_id",)),
    (FlowBusy, flow_busy, ("target",)),
    (errors.InUse, in_use, ("id",)),
    (errors.ActionNotRegistered, action_not_registered, ("function_path",)),
    (errors.NoApprover, no_approver, ("workflow_id",)),
    (errors.Frozen, frozen, ("id",)),
]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("error", "prepare", "path"), CASES, ids=[error.__name__ for error, _call, _path in CASES])
def test_each_is_raised_by_a_public_door_with_its_place_and_changes_nothing(strategy, error, prepare, path):
    call = prepare(strategy)
    with unchanged(), pytest.raises(WorkflowError) as refused:
        call()
    assert type(refused.value) is error
    assert (refused.value.code.value, refused.value.path) == (CODES[error], path)
    assert refused.value.message


def test_no_class_was_forgotten():
    assert {error for error, _call, _path in CASES} == set(CODES) - {WorkflowError}


def test_a_place_that_is_gone_names_the_step_that_led_there():
    boss, document = UserFactory(), DocumentFactory()
    workflow = template_for(2, [[by_user(boss)], [by_user(boss)]])
    attach_workflow_to_object(document, workflow, disable_clone=True)
    workflow.pipelines.filter(order=1).update(pipeline_info={})
    (step,) = open_steps(document)
    with unchanged(), pytest.raises(errors.WorkflowIncomplete) as refused:
        approve_step(step_id=step.pk, actor=boss)
    assert refused.value.path == ("step_id",)


@pytest.mark.parametrize("kind", [errors.InvalidDefinition, errors.FormDataInvalid])
def test_an_error_of_several_faults_crosses_processes(kind: type[errors.InvalidDefinition]) -> None:
    faults = [errors.Fault(code=kind.code, message=text, path=(text,)) for text in ("a", "b")]
    copy = pickle.loads(pickle.dumps(kind(faults)))
    assert (type(copy), copy.faults, copy.path) == (kind, tuple(faults), ("a",))
