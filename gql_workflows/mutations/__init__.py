"""The mutation root."""

import strawberry

from gql_workflows.mutations import attachments, decisions, session, workflows


@strawberry.type(description="Everything that can be changed: one verb each; what is refused comes back in errors.")
class Mutation:
    """Everything that can be changed."""

    login = session.login
    logout = session.logout
    create_workflow = workflows.create_workflow
    attach_workflow = attachments.attach_workflow
    start_workflow = attachments.start_workflow
    approve_step = decisions.approve_step
    reject_step = decisions.reject_step
