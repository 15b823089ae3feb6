"""What `save()` and `delete()` refuse: Django's ValidationError, with the engine's code and path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from django_workflow_engine import registry
from django_workflow_engine.choices import ErrorCode, WorkflowStatus
from django_workflow_engine.definitions.approvals import parse_approvals, with_json_keys
from django_workflow_engine.definitions.bounds import MAX_ORDER
from django_workflow_engine.definitions.conditions.expressions import as_json
from django_workflow_engine.definitions.conditions.reading import read_condition
from django_workflow_engine.definitions.declared import Home, read_from_info, stored_in
from django_workflow_engine.definitions.specs import ActionSpec, PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.errors import Fault
from django_workflow_engine.models import verbs
from django_workflow_engine.models.databases import database_faults
from django_workflow_engine.models.exact import is_one_of
from django_workflow_engine.models.followed_fields import writing_faults
from django_workflow_engine.models.kept_values import condition_faults, kept_value_faults
from django_workflow_engine.models.keys import key_faults
from django_workflow_engine.models.sizes import approval_growth_faults, size_faults
from django_workflow_engine.strategies import strategy_for

if TYPE_CHECKING:
    from django_workflow_engine.models.actions import WorkflowAction
    from django_workflow_engine.models.configuration import WorkflowConfiguration
    from django_workflow_engine.models.start_rules import StartRule
    from django_workflow_engine.models.workflows import Pipeline, Stage, WorkFlow


def raise_faults(faults: Sequence[Fault]) -> None:
    """Raise one ValidationError with every fault under its field; nothing when there is none."""
    if faults:
        raise ValidationError(_by_field(faults))


def _by_field(faults: Sequence[Fault]) -> dict[str, list[ValidationError]]:
    fields: dict[str, list[ValidationError]] = {}
    for fault in faults:
        place = ".".join(fault.path)
        error = ValidationError(
            "%(place)s: %(message)s",
            code=fault.code.value,
            params={"place": place, "message": fault.message, "path": fault.path},
        )
        fields.setdefault(fault.path[0], []).append(error)
    return fields


def check_not_frozen(workflow: WorkFlow) -> None:
    """Raise when the workflow is a frozen version."""
    if workflow.is_hidden:
        raise frozen()


def check_row_not_frozen(row: models.Model, *paths: str) -> None:
    """Raise when the stored row belongs to a frozen version, whatever the instance says now.

    `paths` are the lookups from the row to the `is_hidden` of its workflow.
    """
    if row.pk is None:
        return
    stored = type(row)._base_manager.filter(pk=row.pk)
    if stored.filter(Q(*((path, True) for path in paths), _connector=Q.OR)).exists():
        raise frozen()


def frozen() -> ValidationError:
    """The refusal to change a frozen version."""
    return ValidationError(_("A frozen version of a workflow never changes."), code=ErrorCode.FROZEN.value)


def check_values(row: models.Model, *names: str) -> None:
    """Raise when what one of these fields holds is too large, or cannot be stored."""
    raise_faults(size_faults(row, *names))


def check_info(row: models.Model, field: str, *, workflow: WorkFlow, level: str, spec: type[Any]) -> None:
    """Put a row's approvals into their stored spelling.

    Raises when they cannot work, are not what the strategy asks on this level, or are too many, and when another value
    that the spec keeps there cannot be used.
    """
    info = getattr(row, field)
    if isinstance(info, dict) and "approvals" in info:
        setattr(row, field, {**info, "approvals": with_json_keys(info["approvals"])})
    check_values(row, field)
    faults: list[Fault] = []
    strategy = strategy_for(workflow.strategy)
    approvals = parse_approvals(getattr(row, field), path=(field,), faults=faults)
    raise_faults([*faults, *strategy.approval_faults(approvals, level=level, path=(field, "approvals"))])
    kept = read_from_info(getattr(row, field), spec, path=(field,), faults=[])
    raise_faults([*strategy.asking_faults(SimpleNamespace(**kept), level=level, path=(field,))])
    raise_faults([*approval_growth_faults(row, field, workflow), *kept_value_faults(row, field, spec)])
    raise_faults(condition_faults(row, field))
    info = getattr(row, field)
    if isinstance(info, dict) and approvals:
        setattr(row, field, {**info, "approvals": [one.as_json() for one in approvals]})


def check_workflow(workflow: WorkFlow) -> None:
    """Everything that a workflow row must keep when it is saved."""
    check_not_frozen(workflow)
    check_row_not_frozen(workflow, "is_hidden")
    if workflow.pk is not None:
        _check_same_strategy(workflow)
    check_values(workflow, *stored_in(WorkflowSpec, Home.COLUMN))
    check_info(workflow, "workflow_info", workflow=workflow, level="workflow", spec=WorkflowSpec)
    settle_activity(workflow)


def _check_same_strategy(workflow: WorkFlow) -> None:
    kept = type(workflow)._base_manager.filter(pk=workflow.pk).values_list("strategy", flat=True).first()
    if kept is not None and kept != workflow.strategy:
        message = _("The strategy of a workflow never changes.")
        raise ValidationError({"strategy": ValidationError(message, code=ErrorCode.STRATEGY_VIOLATION.value)})


def check_pipeline(pipeline: Pipeline) -> None:
    """Everything that a pipeline row must keep when it is saved."""
    check_not_frozen(pipeline.workflow)
    check_row_not_frozen(pipeline, "workflow__is_hidden")
    strategy = strategy_for(pipeline.workflow.strategy)
    if not strategy.allows_pipelines:
        raise ValidationError(_(strategy.pipelines_refused), code=ErrorCode.STRATEGY_VIOLATION.value)
    check_values(pipeline, *stored_in(PipelineSpec, Home.COLUMN))
    check_info(pipeline, "pipeline_info", workflow=pipeline.workflow, level="pipeline", spec=PipelineSpec)


def check_stage(stage: Stage) -> None:
    """Everything that a stage row must keep when it is saved."""
    workflow = stage.pipeline.workflow
    check_not_frozen(workflow)
    check_row_not_frozen(stage, "pipeline__workflow__is_hidden")
    strategy = strategy_for(workflow.strategy)
    if not strategy.allows_stages:
        raise ValidationError(_(strategy.stages_refused), code=ErrorCode.STRATEGY_VIOLATION.value)
    check_values(stage, *stored_in(StageSpec, Home.COLUMN))
    check_info(stage, "stage_info", workflow=workflow, level="stage", spec=StageSpec)


def check_configuration(configuration: WorkflowConfiguration) -> None:
    """Everything that a model's configuration must keep when it is saved; a model that is not installed keeps all."""
    model = configuration.content_type.model_class() if configuration.content_type_id is not None else None
    if model is not None:
        placed = database_faults(model, is_enabled=configuration.is_enabled)
        raise_faults([*key_faults(model, ("content_type",)), *placed, *writing_faults(model, vars(configuration))])


def check_start_rule(rule: StartRule) -> None:
    """Everything that a start rule must keep when it is saved."""
    if rule.workflow.is_hidden:
        message = str(frozen().message)
        raise_faults([Fault(code=ErrorCode.FROZEN, message=message, path=("workflow",))])
    raise_faults([*_weight_faults(rule), *_rule_faults(rule)])
    others = type(rule)._base_manager.filter(content_type=rule.content_type, active_weight=rule.weight)
    if rule.is_active and others.exclude(pk=rule.pk).exists():
        message = _("Another active rule of this model has the weight %d.") % rule.weight
        raise_faults([Fault(code=ErrorCode.CONFLICT, message=message, path=("weight",))])


def _weight_faults(rule: StartRule) -> Iterator[Fault]:
    weight: Any = rule.weight
    if isinstance(weight, bool) or not isinstance(weight, int) or abs(weight) > MAX_ORDER:
        yield Fault(code=ErrorCode.INVALID, message=_("This must be a whole number."), path=("weight",))


def _rule_faults(rule: StartRule) -> Iterator[Fault]:
    """What is wrong with the condition: its shape, or what it looks at of the rule's model."""
    faults: list[Fault] = []
    condition = read_condition(rule.condition, ("condition",), faults)
    yield from faults
    model = rule.content_type.model_class()
    if condition is not None and model is not None:
        rule.condition = as_json(condition)
        yield from verbs.call("faults_for", condition, model, ("condition",))


def check_action(action: WorkflowAction) -> None:
    """Everything that an action row must keep when it is saved or deleted."""
    owners = [owner for owner in (action.workflow, action.pipeline, action.stage) if owner is not None]
    if len(owners) != 1:
        message = _("An action belongs to exactly one workflow, pipeline or stage.")
        raise ValidationError(message, code=ErrorCode.INVALID.value)
    check_row_not_frozen(
        action, "workflow__is_hidden", "pipeline__workflow__is_hidden", "stage__pipeline__workflow__is_hidden"
    )
    if action.stage:
        check_not_frozen(action.stage.pipeline.workflow)
    elif action.pipeline:
        check_not_frozen(action.pipeline.workflow)
    elif action.workflow:
        check_not_frozen(action.workflow)
    check_values(action, *stored_in(ActionSpec, Home.COLUMN))
    check_registered(action)


def check_registered(action: WorkflowAction) -> None:
    """Raise when the action names a function that is not registered.

    A stored row whose function has gone since may still be switched off or deleted: it is refused when it would run.
    """
    stored = type(action)._base_manager.filter(is_one_of("function_path", [action.function_path]), pk=action.pk)
    if not registry.is_registered(action.function_path) and not stored.exists():
        message = _("“%s” is not registered as an action.") % action.function_path
        error = ValidationError(message, code=ErrorCode.ACTION_NOT_REGISTERED.value)
        raise ValidationError({"function_path": error})


def settle_activity(workflow: WorkFlow) -> None:
    """Make `status` and `is_active` agree: the one that was changed decides; on a new row both must say active."""
    stored = workflow.stored
    if stored is not None and workflow.status != stored.status:
        workflow.is_active = workflow.status == WorkflowStatus.ACTIVE
    elif stored is not None and workflow.is_active != stored.is_active:
        workflow.status = WorkflowStatus.ACTIVE if workflow.is_active else WorkflowStatus.INACTIVE
    else:
        if workflow.status == WorkflowStatus.ACTIVE and not workflow.is_active:
            workflow.status = WorkflowStatus.INACTIVE
        workflow.is_active = workflow.status == WorkflowStatus.ACTIVE


def next_order(siblings: QuerySet[Any]) -> int:
    """The order after the last of these siblings; 0 when there are none."""
    last = siblings.aggregate(last=Max("order"))["last"]
    return 0 if last is None else last + 1
