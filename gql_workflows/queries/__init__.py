"""The query root."""

import strawberry

from gql_workflows.queries import approvals, attachments, nodes, session, workflows


@strawberry.type(
    description="Pages: first is 20 when left out; over 100, negative, or first with last: BAD_USER_INPUT. Default "
    "order: newest first, id last."
)
class Query:
    """Everything that can be read."""

    node = nodes.node
    viewer = session.viewer
    workflow = workflows.workflow
    workflows = workflows.workflows
    attachment = attachments.attachment
    attachment_for_target = attachments.attachment_for_target
    attachments = attachments.attachments
    my_approvals = approvals.my_approvals
