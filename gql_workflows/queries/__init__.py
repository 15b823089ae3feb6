"""The query root."""

import strawberry

from gql_workflows.queries import (
    approvals,
    attachments,
    candidates,
    nodes,
    operations,
    previews,
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

    enabled_models = previews.enabled_models
    approver_types = previews.approver_types
    available_workflows = previews.available_workflows
    preview_approvers = previews.preview_approvers
    users = candidates.users
    roles = candidates.roles
    departments = candidates.departments
    forms = candidates.forms

    workflow_statistics = statistics.workflow_statistics
    cleanup_statistics = statistics.cleanup_statistics
    registered_actions = operations.registered_actions
    model_configurations = operations.model_configurations
    action_runs = operations.action_runs
