"""The GraphQL of the walk-through, as a front end would send it."""

ROLES = """
query Roles($id: ID!) {
  workflow(id: $id) {
    pipelines { departmentId stages { approvals { userRole { id name } approvalUser { id username } } } }
  }
}
"""

CREATE = """
mutation Create($input: CreateWorkflowInput!) {
  createWorkflow(input: $input) {
    workflow { id nameEn status isActive totalStagesCount totalApprovalsCount completionStatus { isComplete message } }
    errors { code message path }
  }
}
"""

STATE = """
fragment State on WorkflowAttachment {
  id
  status
  target { model id display }
  workflow { nameEn isHidden clonedFrom { nameEn } }
  currentPipeline { nameEn }
  currentStage { nameEn }
  startedBy { username }
  progress { status percentage position total currentStage currentPipeline nextStage }
  currentSteps { id assignedTo { username } assignedRole { name } roleSelectionStrategy }
}
"""

ATTACH = (
    STATE
    + """
mutation Attach($input: AttachWorkflowInput!) {
  attachWorkflow(input: $input) { attachment { ...State } errors { code message path } }
}
"""
)

TRACK = (
    STATE
    + """
query Track($id: ID!) {
  attachment(id: $id) {
    ...State
    startedAt
    completedAt
    metadata
    events { kind user { username } fromStage toStage comment details }
  }
}
"""
)

INBOX = """
query Inbox($workflow: ID!) {
  myApprovals(filters: { workflowId: $workflow }) {
    totalCount
    edges { node { id viewerCanAct attachment { id target { display } currentStage { nameEn } } } }
  }
}
"""

APPROVE = (
    STATE
    + """
mutation Approve($input: ApproveStepInput!) {
  approveStep(input: $input) {
    outcome
    step { id status actionUser { username } }
    attachment { ...State }
    errors { code message path }
  }
}
"""
)

REJECT = (
    STATE
    + """
mutation Reject($input: RejectStepInput!) {
  rejectStep(input: $input) { outcome step { id status } attachment { ...State } errors { code message path } }
}
"""
)
