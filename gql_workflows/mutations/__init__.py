"""The mutation root."""

from typing import TYPE_CHECKING, Any

import strawberry

from gql_workflows import conf
from gql_workflows.mutations import (
    actions,
    attachments,
    decisions,
    many_decisions,
    operations,
    pipelines,
    session,
    stages,
    start_rules,
    substitutions,
    workflows,
)

_DESCRIPTION = "Everything that can be changed: one verb each; what is refused comes back in errors."


@strawberry.type
class SessionMutation:
    """Signing in and out."""

    login = session.login
    logout = session.logout


@strawberry.type(description=_DESCRIPTION)
class WorkflowMutation:
    """Every verb of the engine."""

    create_workflow = workflows.create_workflow
    update_workflow = workflows.update_workflow
    clone_workflow = workflows.clone_workflow
    delete_workflow = workflows.delete_workflow
    create_pipeline = pipelines.create_pipeline
    update_pipeline = pipelines.update_pipeline
    delete_pipeline = pipelines.delete_pipeline
    reorder_pipelines = pipelines.reorder_pipelines
    create_stage = stages.create_stage
    update_stage = stages.update_stage
    delete_stage = stages.delete_stage
    reorder_stages = stages.reorder_stages
    create_action = actions.create_action
    update_action = actions.update_action
    delete_action = actions.delete_action

    attach_workflow = attachments.attach_workflow
    attach_workflows = attachments.attach_workflows
    start_workflow = attachments.start_workflow
    resubmit = attachments.resubmit
    cancel_workflow = attachments.cancel_workflow

    approve_step = decisions.approve_step
    approve_steps = many_decisions.approve_steps
    reject_step = decisions.reject_step
    reject_steps = many_decisions.reject_steps
    request_changes = decisions.request_changes
    request_resubmission = decisions.request_resubmission
    reassign_step = decisions.reassign_step
    claim_step = decisions.claim_step
    release_step = decisions.release_step
    delegate_step = decisions.delegate_step
    delegate_steps = many_decisions.delegate_steps
    escalate_step = decisions.escalate_step
    create_substitution = substitutions.create_substitution
    end_substitution = substitutions.end_substitution

    create_start_rule = start_rules.create_start_rule
    update_start_rule = start_rules.update_start_rule
    delete_start_rule = start_rules.delete_start_rule
    configure_model = operations.configure_model
    cleanup_workflows = operations.cleanup_workflows
    retry_action_run = actions.retry_action_run
    skip_action_run = actions.skip_action_run


def mutation_root(*, login: bool) -> Any:
    """The mutation root, with the API's own log-in or without it."""
    bases = (SessionMutation, WorkflowMutation) if login else (WorkflowMutation,)
    return strawberry.type(type("Mutation", bases, {"__module__": __name__}), description=_DESCRIPTION)


if TYPE_CHECKING:

    class Mutation(SessionMutation, WorkflowMutation):
        """Everything that can be changed, as the setting LOGIN has it."""
else:
    Mutation = mutation_root(login=conf.login())
