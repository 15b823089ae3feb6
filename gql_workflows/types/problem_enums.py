"""What may be wrong with a template, or with a run, described for clients."""

from __future__ import annotations

from django_workflow_engine import choices
from gql_workflows.types.describing import describe

ProblemSeverity = describe(
    choices.ProblemSeverity,
    "What a problem of a template means for its runs.",
    {
        "ERROR": "A run would be refused, or stand still there.",
        "WARNING": "A run goes on, but hardly as it is meant.",
    },
)
ProblemCode = describe(
    choices.ProblemCode,
    "What is wrong with a template, as it stands among people, models and functions now.",
    {
        "UNREADABLE": "A stored value cannot be used.",
        "INCOMPLETE": "Something that every run needs is missing.",
        "USER_UNAVAILABLE": "The user whom an approval names is gone or inactive.",
        "ROLE_MISSING": "The role of an approval does not exist.",
        "ROLE_EMPTY": "Nobody who is active holds the role of an approval.",
        "TOO_FEW_MEMBERS": "More members of the role must approve than it has.",
        "BARRED": "An approval asks for somebody whom one of the dutyRules bars by then.",
        "APPROVER_TYPE_MISSING": "The approver type of the project is not registered.",
        "FORM_UNUSABLE": "The form of an approval is gone, or nothing can be checked against its schema.",
        "DEPARTMENT_MISSING": "The pipeline's department does not exist; an error where its head is asked.",
        "CONDITION_UNREADABLE": "A condition looks at what cannot be looked at any more: what has it is always asked.",
        "NEVER_ASKED": "A condition can never hold: what has it is skipped by every object.",
        "FUNCTION_NOT_REGISTERED": "An action calls a function that is not registered: it would be an incident.",
    },
)
StuckProblem = describe(
    choices.StuckProblem,
    "Why nobody can bring a run on; the first that is true.",
    {
        "NO_ACTIVE_APPROVER": "So many of those who are asked are inactive, deleted, out of the role or without the "
        "permission that the others cannot complete it: reassignStep.",
        "ROLE_GONE": "The role that is asked was deleted: reassignStep.",
        "TARGET_GONE": "The object was deleted: cancelWorkflow.",
        "REQUESTER_GONE": "Changes were asked for, and whoever has to make them is gone: resubmit by an administrator.",
        "NO_OPEN_STEP": "Nobody is asked, for the steps were deleted: cancelWorkflow.",
    },
)
