"""The query root."""

import strawberry

from gql_workflows.queries import (
    approvals,
    attachments,
    nodes,
    operations,
    picking,
    planning,
    session,
    statistics,
    workflows,
)


@strawberry.type(
    description="Pages: first is 20 when left out; over 100, negative, or first with last: BAD_USER_INPUT. Default "
    "order: newest first, id last."
)
class Query:
    """Everything that can be read."""

    node = nodes.node
    nodes = nodes.nodes
    viewer = session.viewer

    workflow = workflows.workflow
    workflows = workflows.workflows
    attachment = attachments.attachment
    attachment_for_target = attachments.attachment_for_target
    attachments = attachments.attachments
    my_approvals = approvals.my_approvals

    enabled_models = planning.enabled_models
    available_workflows = planning.available_workflows
    preview_approvers = planning.preview_approvers
    users = picking.users
    roles = picking.roles
    departments = picking.departments
    forms = picking.forms

    workflow_statistics = statistics.workflow_statistics
    cleanup_statistics = statistics.cleanup_statistics
    registered_actions = operations.registered_actions
    model_configurations = operations.model_configurations
    action_runs = operations.action_runs
