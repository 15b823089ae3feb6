"""The GraphQL of the walk-through's second part, as a front end would send it."""

SUBSTITUTE = """
mutation Substitute($input: CreateSubstitutionInput!) {
  createSubstitution(input: $input) {
    substitution { id isActive substitute { username } }
    errors { code message path }
  }
}
"""

END = """
mutation End($id: ID!) {
  endSubstitution(id: $id) { substitution { isActive } errors { code message path } }
}
"""

STUCK = """
{ stuckAttachments { edges { node { problem message attachment { id currentSteps { id } } } } } }
"""

REASSIGN = """
mutation Reassign($input: ReassignStepInput!) {
  reassignStep(input: $input) {
    attachment { currentSteps { assignedTo { username } } }
    errors { code message path }
  }
}
"""

LATE = """
query Late($workflow: ID!) {
  myApprovals(filters: { workflowId: $workflow, isOverdue: true }) { edges { node { dueAt isOverdue } } }
}
"""

HISTORY = """
query History($id: ID!) {
  attachment(id: $id) { status events { kind user { username } onBehalfOf { username } } }
}
"""

DELAYS = """
{ decisionStatistics { overall { count medianSeconds p90Seconds } } }
"""
