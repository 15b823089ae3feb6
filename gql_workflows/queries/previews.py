"""What could be attached, and who would be asked."""

from __future__ import annotations

from typing import Annotated, Final, cast

import strawberry
from django.apps import apps
from django.utils.translation import gettext as _

from django_workflow_engine import services
from django_workflow_engine.conditions.fields import fields_of
from django_workflow_engine.definitions.approver_types import custom_types
from django_workflow_engine.errors import NotFound
from django_workflow_engine.models.content import contents_of_rows
from django_workflow_engine.services.configuration.reading import available_workflows as taken_by
from django_workflow_engine.services.configuration.reading import is_enabled
from django_workflow_engine.strategies import strategy_for
from gql_workflows.access.targets import enabled_model, find_target
from gql_workflows.context import Info
from gql_workflows.inputs.attachments import TargetInput
from gql_workflows.nodes.lookup import find_part
from gql_workflows.rules import Rule, query
from gql_workflows.types.approver_types import CustomApprover
from gql_workflows.types.conditions import ConditionField
from gql_workflows.types.previews import PlannedStep
from gql_workflows.types.workflows import Workflow, usable

MOST_WORKFLOWS: Final = 200
Model = Annotated[str, strawberry.argument(description="The model as app_label.ModelName; case is ignored.")]
WorkflowId = Annotated[strawberry.ID, strawberry.argument(description="The template.")]
Target = Annotated[TargetInput, strawberry.argument(description="The object that it would be attached to.")]


@query(Rule.SIGNED_IN, description="The project's own approver types, which CUSTOM approvals name, by name.")
def approver_types(info: Info) -> list[CustomApprover]:
    """The registry."""
    return [CustomApprover.of(found) for found in sorted(custom_types(), key=lambda found: found.name)]


@query(Rule.SIGNED_IN, description="The models whose objects take workflows, as app_label.ModelName, sorted.")
def enabled_models(info: Info) -> list[str]:
    """The models that the API knows."""
    return sorted(model._meta.label for model in apps.get_models() if is_enabled(model, named=True))


@query(
    Rule.SIGNED_IN,
    description="What conditions may look at of objects of this model, by name. metadata.KEY and form.KEY, for what is "
    "given in a run, may be named beside them.",
)
def condition_fields(info: Info, model: Model) -> list[ConditionField]:
    """The allow-list of a model."""
    found = fields_of(enabled_model(model, "model"))
    return [ConditionField.of(found[name]) for name in sorted(found)]


@query(
    Rule.SIGNED_IN,
    description="The active and complete templates that objects of this model take, by English name; the first 200 of "
    "those that you may see.",
)
def available_workflows(info: Info, model: Model) -> list[Workflow]:
    """What may be attached to objects of a model."""
    visible = info.context.policy.templates(info.context.user).filter(is_active=True)
    rows = taken_by(enabled_model(model, "model"), visible).order_by("name_en", "pk")[:MOST_WORKFLOWS]
    usable_rows = [row for row in rows if usable(row)]
    trees = contents_of_rows(usable_rows)
    complete = [row for row in usable_rows if strategy_for(row.strategy).problem(trees[row.pk]) is None]
    return cast("list[Workflow]", complete)


@query(
    Rule.SIGNED_IN,
    description="What a run of the template on the object would ask for, and of whom, if you started it now.",
)
def preview_approvers(info: Info, workflow_id: WorkflowId, target: Target) -> list[PlannedStep]:
    """Every step of a run, in order, with the problems that would stop it."""
    workflow = find_part(info.context, "Workflow", workflow_id, "workflow_id").workflow
    found = find_target(target.model, target.id, "target")
    if not info.context.policy.sees_target(info.context.user, found):
        raise NotFound(_("There is no such object."), path=("target", "id"))
    planned = services.preview_approvers(found, workflow, actor=info.context.user)
    return [PlannedStep.of(approval) for approval in planned]
