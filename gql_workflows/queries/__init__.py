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
    start_rules,
    statistics,
    stuck,
    substitutions,
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
    my_requests = attachments.my_requests
    attachments = attachments.attachments
    my_approvals = approvals.my_approvals
    my_approvals_summary = approvals.my_approvals_summary
    substitutions = substitutions.substitutions
    stuck_attachments = stuck.stuck_attachments

    enabled_models = previews.enabled_models
    approver_types = previews.approver_types
    condition_fields = previews.condition_fields
    available_workflows = previews.available_workflows
    matching_workflow = start_rules.matching_workflow
    start_rules = start_rules.start_rules
    preview_approvers = previews.preview_approvers
    users = candidates.users
    roles = candidates.roles
    departments = candidates.departments
    forms = candidates.forms

    workflow_statistics = statistics.workflow_statistics
    decision_statistics = statistics.decision_statistics
    cleanup_statistics = statistics.cleanup_statistics
    registered_actions = operations.registered_actions
    model_configurations = operations.model_configurations
    action_runs = operations.action_runs
