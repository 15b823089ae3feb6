"""Every closed set of values that the engine stores or reports."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkflowStrategy(models.IntegerChoices):
    """The level that carries a workflow's approvals."""

    WORKFLOW_PIPELINE_STAGE = 1, _("Approvals on the stages of pipelines")
    WORKFLOW_PIPELINE = 2, _("Approvals on pipelines, no stages")
    WORKFLOW_ONLY = 3, _("Approvals on the workflow itself")


class WorkflowStatus(models.TextChoices):
    """Whether a template may be attached."""

    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    DRAFT = "draft", _("Draft")


class AttachmentStatus(models.TextChoices):
    """Where an attached object's run stands."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    COMPLETED = "completed", _("Completed")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")


# What runs on: somebody has, or may have, a seat.
RUNNING: Final = frozenset({AttachmentStatus.IN_PROGRESS, AttachmentStatus.CHANGES_REQUESTED})
WorkflowAttachmentStatus = AttachmentStatus  # the name that the first implementation has


class ApprovalTypes(models.TextChoices):
    """Who decides an approval."""

    SELF = "self-approved", _("Self approval")
    ROLE = "role", _("Role-based Approval")
    USER = "user", _("A named user")
    TEAM_HEAD = "team_head", _("The requester's manager")
    DEPARTMENT_HEAD = "department_head", _("The head of the pipeline's department")
    CUSTOM = "custom", _("An approver type of the project")


class RoleSelectionStrategy(models.TextChoices):
    """How the members of a role share one approval (the approval package's values)."""

    ANYONE = "anyone", _("Any user with role can approve")
    CONSENSUS = "consensus", _("All users with the role must approve")
    ROUND_ROBIN = "round_robin", _("One user with the role, in turn")
    QUORUM = "quorum", _("A number of users with the role must approve")
    MAJORITY = "majority", _("More than half of the users with the role must approve")
    PERCENTAGE = "percentage", _("A percentage of the users with the role must approve")
    HIERARCHY_UP = "hierarchy_up", _("One manager, a number of levels up, must approve")
    HIERARCHY_CHAIN = "hierarchy_chain", _("Every manager up to a number of levels must approve")


class StepType(models.TextChoices):
    """What a decision asks of its approver (the approval package's values)."""

    APPROVE = "approve", _("Approve")
    SUBMIT = "submit", _("Submit with a form")
    CHECK_IN_VERIFY = "check_in_verify", _("Check in, then verify")
    MOVE = "move", _("Move on")


class CheckInState(models.TextChoices):
    """What the approver of a CHECK_IN_VERIFY step has done so far, and so what the next call does."""

    NOT_CHECKED_IN = "not_checked_in", _("Not checked in")
    CHECKED_IN = "checked_in", _("Checked in")


class ActionType(models.TextChoices):
    """The events that a configured action can answer."""

    AFTER_APPROVE = "after_approve", _("After an approval")
    AFTER_REJECT = "after_reject", _("After a rejection")
    AFTER_RESUBMISSION = "after_resubmission", _("After a request for resubmission")
    AFTER_DELEGATE = "after_delegate", _("After a delegation")
    AFTER_MOVE_STAGE = "after_move_stage", _("After a move to another stage")
    AFTER_MOVE_PIPELINE = "after_move_pipeline", _("After a move to another pipeline")
    ON_WORKFLOW_START = "on_workflow_start", _("When the workflow starts")
    ON_WORKFLOW_COMPLETE = "on_workflow_complete", _("When the workflow completes")
    AFTER_CHANGES_REQUESTED = "after_changes_requested", _("After a request for changes")
    AFTER_RESUBMIT = "after_resubmit", _("After the requester has sent it again")
    ON_APPROVAL_REQUESTED = "on_approval_requested", _("When somebody is asked for an approval")
    ON_WORKFLOW_CANCEL = "on_workflow_cancel", _("When the workflow is cancelled")
    ON_REMINDER = "on_reminder", _("When whoever is asked is reminded")
    ON_TIMEOUT = "on_timeout", _("When the time to decide is up")


class EventKind(models.TextChoices):
    """One line of the audit trail."""

    ATTACHED = "attached", _("Attached")
    STARTED = "started", _("Started")
    CHECKED_IN = "checked_in", _("Checked in")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    RESUBMISSION_REQUESTED = "resubmission_requested", _("Resubmission requested")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    RESUBMITTED = "resubmitted", _("Sent again")
    DELEGATED = "delegated", _("Delegated")
    ESCALATED = "escalated", _("Escalated")
    REASSIGNED = "reassigned", _("Reassigned")
    SEAT_CLOSED = "seat_closed", _("Seat closed")
    POSITION_SKIPPED = "position_skipped", _("Position skipped")
    APPROVAL_SKIPPED = "approval_skipped", _("Approval skipped")
    STAGE_MOVED = "stage_moved", _("Moved to another stage")
    PIPELINE_MOVED = "pipeline_moved", _("Moved to another pipeline")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")
    CLAIMED = "claimed", _("Claimed")
    RELEASED = "released", _("Released")
    REMINDED = "reminded", _("Reminded")
    TIMED_OUT = "timed_out", _("Time is up")
    FALLBACK_ASKED = "fallback_asked", _("Somebody else was asked")


DECISIONS: Final = (EventKind.APPROVED, EventKind.REJECTED, EventKind.RESUBMISSION_REQUESTED)


class TimerKind(models.TextChoices):
    """What a timer of an approval is for."""

    REMINDER = "reminder", _("Reminder")
    TIMEOUT = "timeout", _("End of the time to decide")


class StatisticsPeriod(models.TextChoices):
    """What a time is cut into, by the clock of the current time zone; weeks begin on Mondays (ISO 8601)."""

    DAY = "day", _("Day")
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")


class StepOutcome(models.TextChoices):
    """The furthest effect of one decision."""

    CHECKED_IN = "checked_in", _("Checked in; the same step waits for the verification")
    STEP_APPROVED = "step_approved", _("Approved; the position still waits for others")
    STAGE_ADVANCED = "stage_advanced", _("The run moved to the next stage")
    PIPELINE_ADVANCED = "pipeline_advanced", _("The run moved to the next pipeline")
    WORKFLOW_COMPLETED = "workflow_completed", _("The run completed")
    WORKFLOW_REJECTED = "workflow_rejected", _("The run was rejected")
    RESUBMISSION_REQUESTED = "resubmission_requested", _("The run went back")
    CHANGES_REQUESTED = "changes_requested", _("The requester was asked for changes")
    RETURNED = "returned", _("The run went back to the position before")
    DELEGATED = "delegated", _("The seat was passed on")
    ESCALATED = "escalated", _("The seat was passed up")
    REASSIGNED = "reassigned", _("The seat was given to somebody else")
    CLAIMED = "claimed", _("The approval was claimed; the others wait")
    RELEASED = "released", _("The claim was released")


class ApprovalMode(models.TextChoices):
    """How the approvals of one position are asked."""

    SEQUENTIAL = "sequential", _("One after the other")
    PARALLEL = "parallel", _("All at once")


class RejectionRule(models.TextChoices):
    """What a rejection does to the run."""

    END = "end", _("It ends the run")
    REQUESTER = "requester", _("It asks the requester for changes")
    PREVIOUS = "previous", _("It goes back to the position before")


class ResubmissionRule(models.TextChoices):
    """Where a run goes on once the requester has sent it again."""

    SAME_POSITION = "same_position", _("At the position that asked for changes")
    START = "start", _("At the start")


class DutyRule(models.TextChoices):
    """Who must not decide, whoever is asked: the separation of duties within one run."""

    REQUESTER_NEVER_DECIDES = "requester_never_decides", _("Nobody decides on their own object")
    DISTINCT_APPROVERS = "distinct_approvers", _("Nobody decides at two positions")


class TimeoutAction(models.TextChoices):
    """What happens where nobody has decided when the time of an approval is up; it is never approved."""

    NOTIFY = "notify", _("Those who are asked are told")
    ESCALATE = "escalate", _("It is passed up to the manager")
    FALLBACK = "fallback", _("Somebody else is asked instead")
    REJECT = "reject", _("It is rejected")


class ComparisonOperator(models.TextChoices):
    """How a condition compares a field with a value."""

    EQUAL = "equal", _("is")
    NOT_EQUAL = "not_equal", _("is not")
    LESS = "less", _("is less than")
    LESS_OR_EQUAL = "less_or_equal", _("is at most")
    GREATER = "greater", _("is more than")
    GREATER_OR_EQUAL = "greater_or_equal", _("is at least")
    IN = "in", _("is one of")
    NOT_IN = "not_in", _("is none of")
    CONTAINS = "contains", _("contains")
    STARTS_WITH = "starts_with", _("begins with")
    IS_EMPTY = "is_empty", _("is empty")
    IS_NOT_EMPTY = "is_not_empty", _("is not empty")


class ConditionFieldType(models.TextChoices):
    """What kind of value a field has for a condition."""

    TEXT = "text", _("Text")
    INTEGER = "integer", _("Whole number")
    DECIMAL = "decimal", _("Number")
    BOOLEAN = "boolean", _("Yes or no")
    DATE = "date", _("Date")
    DATETIME = "datetime", _("Date and time")
    CHOICE = "choice", _("One of a set of values")
    REFERENCE = "reference", _("Another row")


class ErrorCode(models.TextChoices):
    """Why the engine refuses something. Clients branch on these, so a value never changes."""

    INVALID = "INVALID", _("A value that cannot be used")
    REQUIRED = "REQUIRED", _("A value that is missing")
    NOT_FOUND = "NOT_FOUND", _("A row that does not exist")
    FORBIDDEN = "FORBIDDEN", _("The right is missing")
    CONFLICT = "CONFLICT", _("Another value stands in the way")
    STRATEGY_VIOLATION = "STRATEGY_VIOLATION", _("A structure that the strategy does not allow")
    WORKFLOW_INACTIVE = "WORKFLOW_INACTIVE", _("The workflow is not active")
    WORKFLOW_INCOMPLETE = "WORKFLOW_INCOMPLETE", _("The workflow is not complete")
    MODEL_NOT_ENABLED = "MODEL_NOT_ENABLED", _("The model takes no workflows")
    ALREADY_ATTACHED = "ALREADY_ATTACHED", _("The object runs a workflow already")
    NOT_IN_PROGRESS = "NOT_IN_PROGRESS", _("The run does not wait for this")
    STEP_ALREADY_DECIDED = "STEP_ALREADY_DECIDED", _("Someone decided the step first")
    NOT_YOUR_STEP = "NOT_YOUR_STEP", _("The step waits for somebody else")
    FORM_DATA_REQUIRED = "FORM_DATA_REQUIRED", _("The step needs form data")
    FORM_DATA_INVALID = "FORM_DATA_INVALID", _("The form data does not fit the form")
    FORM_NOT_ACCEPTED = "FORM_NOT_ACCEPTED", _("The step takes no form data")
    NO_APPROVER = "NO_APPROVER", _("Nobody can decide the position")
    ACTION_NOT_REGISTERED = "ACTION_NOT_REGISTERED", _("The function is not registered as an action")
    IN_USE = "IN_USE", _("Something still uses it")
    FROZEN = "FROZEN", _("A frozen version never changes")
    DUTY_RULE = "DUTY_RULE", _("A duty rule of the workflow forbids it")
    STEP_CLAIMED = "STEP_CLAIMED", _("Somebody else has claimed the step")


class ProblemSeverity(models.TextChoices):
    """What a problem of a template means for its runs."""

    ERROR = "error", _("A run would be refused, or stand still there")
    WARNING = "warning", _("A run goes on, but hardly as it is meant")


class ProblemCode(models.TextChoices):
    """What is wrong with a template, as it stands among people, models and functions now."""

    UNREADABLE = "unreadable", _("A stored value that cannot be used")
    INCOMPLETE = "incomplete", _("Something that every run needs is missing")
    USER_UNAVAILABLE = "user_unavailable", _("The user is gone or inactive")
    ROLE_MISSING = "role_missing", _("The role does not exist")
    ROLE_EMPTY = "role_empty", _("Nobody holds the role")
    TOO_FEW_MEMBERS = "too_few_members", _("The role has fewer members than must approve")
    BARRED = "barred", _("A duty rule bars whoever it asks")
    APPROVER_TYPE_MISSING = "approver_type_missing", _("The approver type is not registered")
    FORM_UNUSABLE = "form_unusable", _("The form is gone, or cannot be filled in")
    DEPARTMENT_MISSING = "department_missing", _("The department does not exist")
    CONDITION_UNREADABLE = "condition_unreadable", _("The condition cannot be judged any more")
    NEVER_ASKED = "never_asked", _("The condition can never hold")
    FUNCTION_NOT_REGISTERED = "function_not_registered", _("The function is not registered as an action")


class StuckProblem(models.TextChoices):
    """Why nobody can bring a run on."""

    NO_ACTIVE_APPROVER = "no_active_approver", _("Nobody who is asked may decide any more")
    ROLE_GONE = "role_gone", _("The role that is asked does not exist any more")
    TARGET_GONE = "target_gone", _("The object is gone")
    REQUESTER_GONE = "requester_gone", _("The requester, who has to make changes, is gone")
    NO_OPEN_STEP = "no_open_step", _("Nobody is asked")


class ActionRunStatus(models.TextChoices):
    """Where the run of one configured action stands."""

    PENDING = "pending", _("Waiting to run")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed; it will be tried again")
    INCIDENT = "incident", _("Failed for good; somebody must look at it")
    SKIPPED = "skipped", _("Skipped by hand")
