"""The operations that the tests send."""

TEMPLATE = """
fragment Template on Workflow {
  id nameEn nameAr name status strategy isActive isHidden
  company { username } clonedFrom { id }
  pipelinesCount totalStagesCount totalApprovalsCount
  completionStatus { isComplete message isActive canBeActivated }
  approvals { ...Approval }
  pipelines {
    id nameEn order departmentId departmentName stagesCount workflow { nameEn }
    approvals { ...Approval }
    stages {
      id nameEn order color isActive formInfo approvalsCount hasApprovals pipeline { nameEn }
      approvals { ...Approval }
    }
  }
}
fragment Approval on ApprovalConfiguration {
  approvalType approvalTypeDisplay approvalUser { id username } userRole { id name }
  roleSelectionStrategy strategyDisplay
}
"""

CREATE = (
    TEMPLATE
    + """
mutation Create($input: CreateWorkflowInput!) {
  createWorkflow(input: $input) { workflow { ...Template } errors { code message path } }
}
"""
)

WORKFLOW = TEMPLATE + "query One($id: ID!) { workflow(id: $id) { ...Template } }"

WORKFLOWS = (
    TEMPLATE
    + """
query Many($filters: WorkflowFilter, $ordering: [WorkflowOrder!], $first: Int, $after: String, $last: Int,
    $before: String) {
  workflows(filters: $filters, ordering: $ordering, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { ...Template } }
  }
}
"""
)

NAMES = """
query Names($filters: WorkflowFilter, $ordering: [WorkflowOrder!], $first: Int, $after: String, $last: Int,
    $before: String) {
  workflows(filters: $filters, ordering: $ordering, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { nameEn } }
  }
}
"""

STEP = """
fragment Step on ApprovalStep {
  id stepNumber status assignedTo { id username } assignedRole { id name } roleSelectionStrategy comment
  actionUser { id username } viewerCanAct
}
"""

STATE = (
    STEP
    + """
fragment State on WorkflowAttachment {
  id status target { model id key display }
  workflow { id nameEn isHidden clonedFrom { id nameEn } }
  currentPipeline { id nameEn } currentStage { id nameEn }
  startedBy { id username } createdAt startedAt completedAt runNumber metadata viewerCanAct
  progress { status percentage position total currentStage currentPipeline nextStage startedAt completedAt }
  currentSteps { ...Step }
}
"""
)

ATTACH = (
    STATE
    + """
mutation Attach($input: AttachWorkflowInput!) {
  attachWorkflow(input: $input) { attachment { ...State } errors { code message path } }
}
"""
)

START = (
    STATE
    + """
mutation Start($input: StartWorkflowInput!) {
  startWorkflow(input: $input) { attachment { ...State } errors { code message path } }
}
"""
)

APPROVE = (
    STATE
    + """
mutation Approve($input: ApproveStepInput!) {
  approveStep(input: $input) {
    outcome step { ...Step attachment { status } } attachment { ...State } errors { code message path }
  }
}
"""
)

REJECT = (
    STATE
    + """
mutation Reject($input: RejectStepInput!) {
  rejectStep(input: $input) { outcome step { ...Step } attachment { ...State } errors { code message path } }
}
"""
)

ATTACHMENT = (
    STATE
    + """
query One($id: ID!) {
  attachment(id: $id) {
    ...State
    steps { ...Step createdAt updatedAt }
    events { id kind at user { username } step { id } fromPipeline toPipeline fromStage toStage comment }
    stepsPage(first: 2) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } }
    eventsPage(first: 3) { totalCount pageInfo { hasNextPage endCursor } edges { node { id kind } } }
  }
}
"""
)

FOR_TARGET = STATE + "query One($target: TargetInput!) { attachmentForTarget(target: $target) { ...State } }"

ATTACHMENTS = (
    STATE
    + """
query Many($filters: AttachmentFilter, $ordering: [AttachmentOrder!], $first: Int, $after: String) {
  attachments(filters: $filters, ordering: $ordering, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ...State } }
  }
}
"""
)

INBOX = (
    STEP
    + """
query Inbox($filters: ApprovalStepFilter, $first: Int, $after: String) {
  myApprovals(filters: $filters, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges {
      node { ...Step attachment { id target { model id display } workflow { id nameEn } currentStage { id nameEn } } }
    }
  }
}
"""
)

NODE = "query Node($id: ID!) { node(id: $id) { __typename id } }"
LOGIN = """
mutation Login($username: String!, $password: String!) {
  login(username: $username, password: $password) {
    viewer { user { id username displayName } permissions } errors { code message path }
  }
}
"""
VIEWER = "{ viewer { user { username } permissions } }"
