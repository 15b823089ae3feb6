"""Enums: the engine's choices, described for clients."""

from __future__ import annotations

from typing import Any

from approval_workflow.choices import ApprovalStatus

from django_workflow_engine import choices
from django_workflow_engine.definitions.declared import Kind
from gql_workflows.types.describing import describe


def described(enum_class: Any) -> Any:
    """The same class, which must be described here; raises LookupError for another one."""
    if not hasattr(enum_class, "__strawberry_definition__"):
        raise LookupError(f"{enum_class.__name__} is not described in {__name__}")
    return enum_class


WorkflowStrategy = describe(
    choices.WorkflowStrategy,
    "The level of a workflow that carries its approvals. A workflow's strategy never changes.",
    {
        "WORKFLOW_PIPELINE_STAGE": "Approvals sit on the stages of pipelines.",
        "WORKFLOW_PIPELINE": "Approvals sit on pipelines; stages are not allowed.",
        "WORKFLOW_ONLY": "Approvals sit on the workflow itself; pipelines and stages are not allowed.",
    },
)
WorkflowStatus = describe(
    choices.WorkflowStatus,
    "Whether a template may be attached to objects.",
    {
        "ACTIVE": "It may be attached.",
        "INACTIVE": "It is switched off; what runs on it goes on.",
        "DRAFT": "It is not complete yet.",
    },
)
AttachmentStatus = describe(
    choices.AttachmentStatus,
    "Where the run of an attached object stands.",
    {
        "NOT_STARTED": "Attached, and waiting for startWorkflow.",
        "IN_PROGRESS": "Waiting for decisions.",
        "CHANGES_REQUESTED": "Waiting for its requester, who changes the object and sends it again by resubmit.",
        "COMPLETED": "Every position was approved.",
        "REJECTED": "Somebody rejected a step, which ended the run.",
        "CANCELLED": "The run was called off.",
    },
)
ApproverType = describe(
    choices.ApprovalTypes,
    "Who decides a step.",
    {
        "CUSTOM": "Whoever the project's approver type finds that customType names; approverTypes lists them.",
        "SELF": "The object's own person: its creator, else whoever started the run.",
        "ROLE": "The members of a role, in the way that roleSelectionStrategy says.",
        "USER": "One named user.",
        "TEAM_HEAD": "The manager of the object's own person.",
        "DEPARTMENT_HEAD": "The head of the pipeline's department.",
    },
    name="ApproverType",
)
ParameterKind = describe(
    Kind,
    "What JSON a parameter of an approver type takes.",
    {
        "TEXT": "A text.",
        "NUMBER": "A whole number.",
        "DECIMAL": "A number.",
        "FLAG": "true or false.",
        "JSON": "Any JSON.",
        "KEY": "The primary key of a row of the project, a number or a text; no global id.",
        "CHOICE": "One of its choices.",
        "CHOICES": "Several of a set of values; no parameter has it.",
        "APPROVALS": "A list of approvals; no parameter has it.",
        "CONDITION": "A condition; no parameter has it.",
        "DEADLINE": "A deadline; no parameter has it.",
        "DURATION": "An ISO 8601 duration; no parameter has it.",
        "DURATIONS": "A list of ISO 8601 durations; no parameter has it.",
    },
    name="ParameterKind",
)
ApprovalMode = describe(
    choices.ApprovalMode,
    "How the approvals of one position are asked.",
    {
        "SEQUENTIAL": "One approval after the other.",
        "PARALLEL": "All approvals at once; requiredApprovals of them complete the position.",
    },
)
RejectionRule = describe(
    choices.RejectionRule,
    "What a rejection does to the run.",
    {
        "END": "It ends the run.",
        "REQUESTER": "It asks the requester for changes, as requestChanges does.",
        "PREVIOUS": "It goes back to the position before; at the first one it ends the run.",
    },
)
ResubmissionRule = describe(
    choices.ResubmissionRule,
    "Where a run goes on once the requester has sent it again.",
    {
        "SAME_POSITION": "At the position that asked for changes.",
        "START": "At the start.",
    },
)
DutyRule = describe(
    choices.DutyRule,
    "Who must not decide in a run, whoever is asked. An approval of approvalType SELF, which asks that very person, is "
    "free of both.",
    {
        "REQUESTER_NEVER_DECIDES": "Nobody decides on an object that is their own, or that they attached or started.",
        "DISTINCT_APPROVERS": "Nobody decides at two positions of one run.",
    },
)
TimeoutAction = describe(
    choices.TimeoutAction,
    "What happens where nobody has decided when the time of an approval is up. It is never approved.",
    {
        "NOTIFY": "Those who are asked are told, and it goes on waiting for them.",
        "ESCALATE": "It is passed up to the manager of whoever is asked, as escalateStep does.",
        "FALLBACK": "fallbackUser, or the members of fallbackRole, are asked instead.",
        "REJECT": "It is rejected, with what onReject says a rejection does.",
    },
)
RoleSelectionStrategy = describe(
    choices.RoleSelectionStrategy,
    "How the members of a role share one approval.",
    {
        "ANYONE": "Every member is asked; the first approval is enough.",
        "CONSENSUS": "Every member is asked and must approve.",
        "ROUND_ROBIN": "One member is asked: the one whose last turn is longest ago.",
        "QUORUM": "Every member is asked; quorumCount approvals are enough.",
        "MAJORITY": "Every member is asked; approvals of more than half are enough.",
        "PERCENTAGE": "Every member is asked; approvals of percentageRequired per cent are enough.",
        "HIERARCHY_UP": "One manager is asked: the one hierarchyLevels above the object's own person.",
        "HIERARCHY_CHAIN": "Every manager up to hierarchyLevels is asked and must approve, lowest first.",
    },
)
StepType = describe(
    choices.StepType,
    "What a decision asks of its approver.",
    {
        "APPROVE": "To approve; a form is optional.",
        "SUBMIT": "To approve with the data of a form.",
        "CHECK_IN_VERIFY": "Two acts: approveStep checks in first, and approves when it is called again.",
        "MOVE": "To move on; no form data is taken.",
    },
)
CheckInState = describe(
    choices.CheckInState,
    "What the holder of a CHECK_IN_VERIFY step has done so far, and so what approveStep does next.",
    {
        "NOT_CHECKED_IN": "Nothing yet: approveStep checks in.",
        "CHECKED_IN": "The check-in: approveStep approves.",
    },
)
ActionType = describe(
    choices.ActionType,
    "The event that calls an action.",
    {
        "AFTER_APPROVE": "An approval is complete; the run still stands on its position.",
        "AFTER_REJECT": "A step was rejected, which ended the run.",
        "AFTER_RESUBMISSION": "The run was sent back.",
        "AFTER_CHANGES_REQUESTED": "The requester was asked for changes.",
        "AFTER_RESUBMIT": "The requester, or an administrator, has sent the run again.",
        "AFTER_DELEGATE": "A seat was passed on.",
        "AFTER_MOVE_STAGE": "The run entered another stage.",
        "AFTER_MOVE_PIPELINE": "The run entered another pipeline.",
        "ON_WORKFLOW_START": "The run was put on its first position.",
        "ON_WORKFLOW_COMPLETE": "Every position was approved.",
        "ON_APPROVAL_REQUESTED": "Somebody is asked for an approval; once for each person, after the move to it.",
        "ON_WORKFLOW_CANCEL": "The run was called off.",
        "ON_REMINDER": "Whoever is asked is reminded; once for each person.",
        "ON_TIMEOUT": "The time to decide is up; once for each person who was asked.",
    },
)
ActionRunStatus = describe(
    choices.ActionRunStatus,
    "What became of one call of an action.",
    {
        "PENDING": "It waits for its first attempt, or for one that somebody asked for.",
        "FAILED": "The last attempt failed; another one follows by itself.",
        "SUCCEEDED": "It ran.",
        "INCIDENT": "Every attempt failed: retryActionRun or skipActionRun settles it.",
        "SKIPPED": "Somebody decided that it is not run any more.",
    },
)
StepStatus = describe(
    ApprovalStatus,
    "What became of a step.",
    {
        "PENDING": "It is not asked yet.",
        "CURRENT": "It waits for a decision.",
        "APPROVED": "It was approved.",
        "REJECTED": "It was rejected.",
        "NEEDS_RESUBMISSION": "Its holder sent the run back.",
        "DELEGATED": "Its holder passed it on to somebody else, or it was reassigned.",
        "ESCALATED": "Its holder passed it up.",
        "CANCELLED": "It needs no decision any more: actionUser decided first.",
        "COMPLETED": "It was completed by the approval package itself.",
    },
    name="StepStatus",
)
EventKind = describe(
    choices.EventKind,
    "What happened, in one line of the audit trail.",
    {
        "ATTACHED": "A workflow was attached to the object.",
        "STARTED": "The run was put on its first position.",
        "CHECKED_IN": "A seat checked in, and has yet to approve.",
        "APPROVED": "One seat approved.",
        "REJECTED": "One seat rejected, which ended the run.",
        "RESUBMISSION_REQUESTED": "One seat sent the run back to the current or an earlier position.",
        "CHANGES_REQUESTED": "The requester was asked to change the object and send the run again.",
        "RESUBMITTED": "The requester, or an administrator, has sent the run again.",
        "DELEGATED": "A seat was passed on; step is the new one.",
        "ESCALATED": "A seat was passed up to the holder's manager; step is the new one.",
        "REASSIGNED": "A seat was given to somebody else, by whoever may mend the run; step is the new one.",
        "SEAT_CLOSED": "A seat needed no decision any more.",
        "POSITION_SKIPPED": "A position was passed over: its condition did not hold, or those of all its approvals.",
        "APPROVAL_SKIPPED": "An approval was passed over, because its condition did not hold.",
        "STAGE_MOVED": "The run moved to another stage.",
        "PIPELINE_MOVED": "The run moved to another pipeline.",
        "COMPLETED": "The run completed.",
        "CANCELLED": "The run was called off.",
        "CLAIMED": "Somebody claimed an approval that anyone of several may give; details say until when.",
        "RELEASED": "Whoever had claimed an approval released it.",
        "REMINDED": "Those who are asked for an approval were reminded; details say until when it is to be decided.",
        "TIMED_OUT": "The time of an approval was up; details say what its deadline says of that, and why it could not "
        "be done where it could not.",
        "FALLBACK_ASKED": "The fallback of an approval was asked; details say why nobody else could be.",
    },
)
StatisticsPeriod = describe(
    choices.StatisticsPeriod,
    "What the time of a statistic is cut into, by the clock of the server's time zone.",
    {
        "DAY": "Days, from midnight to midnight.",
        "WEEK": "Weeks, from Monday to Sunday.",
        "MONTH": "Months of the calendar.",
    },
)
StepOutcome = describe(
    choices.StepOutcome,
    "The furthest effect of a decision.",
    {
        "CHECKED_IN": "You are checked in; the same step waits for your approval.",
        "STEP_APPROVED": "The step is approved; its position still waits for others.",
        "STAGE_ADVANCED": "The run moved to the next stage of the same pipeline.",
        "PIPELINE_ADVANCED": "The run moved to the next pipeline.",
        "WORKFLOW_COMPLETED": "The run completed.",
        "WORKFLOW_REJECTED": "The run was rejected.",
        "RESUBMISSION_REQUESTED": "The run went back to the current or an earlier position.",
        "CHANGES_REQUESTED": "The requester was asked for changes.",
        "RETURNED": "The run went back to the position before.",
        "DELEGATED": "The seat was passed on.",
        "ESCALATED": "The seat was passed up.",
        "REASSIGNED": "The seat was given to somebody else.",
        "CLAIMED": "You have claimed it; the others wait.",
        "RELEASED": "You have released it; anyone who is asked may decide again.",
    },
)
ErrorCode = describe(
    choices.ErrorCode,
    "Why a request was not carried out. Branch on this, never on the message.",
    {
        "INVALID": "A value cannot be used; path says which.",
        "REQUIRED": "A value is missing; path says which.",
        "NOT_FOUND": "There is no such row, or you may not see it.",
        "FORBIDDEN": "You see the row but may not do this with it.",
        "CONFLICT": "Something else stands in the way.",
        "STRATEGY_VIOLATION": "The workflow's strategy does not allow this structure.",
        "WORKFLOW_INACTIVE": "The template is not active.",
        "WORKFLOW_INCOMPLETE": "The template lacks something; its completionStatus says what.",
        "MODEL_NOT_ENABLED": "Objects of this model take no workflows.",
        "ALREADY_ATTACHED": "The object has a run that has not ended.",
        "NOT_IN_PROGRESS": "The run is in a state that does not take this.",
        "STEP_ALREADY_DECIDED": "Somebody decided first; the payload holds the state now.",
        "NOT_YOUR_STEP": "The step waits for somebody else.",
        "FORM_DATA_REQUIRED": "The step needs formData.",
        "FORM_DATA_INVALID": "formData does not fit the form's schema; path says where.",
        "FORM_NOT_ACCEPTED": "The step takes no formData.",
        "NO_APPROVER": "Nobody could decide the position that would come next.",
        "ACTION_NOT_REGISTERED": "The function is not registered as an action; registeredActions lists those that are.",
        "IN_USE": "Something still uses it.",
        "FROZEN": "A frozen version never changes.",
        "DUTY_RULE": "One of the workflow's dutyRules keeps you, or whom you name, from deciding.",
        "STEP_CLAIMED": "Somebody else has claimed the step; its claimedBy and claimedUntil say who, and until when.",
    },
)
