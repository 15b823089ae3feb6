"""Why somebody may not do what a button is for, described for clients; the reasons are the engine's obstacles."""

from __future__ import annotations

from django_workflow_engine.approvals.eligibility import Obstacle
from django_workflow_engine.services.cancellation import CancelObstacle
from django_workflow_engine.services.changes import ResubmitObstacle
from gql_workflows.access.changing import TemplateObstacle
from gql_workflows.types.describing import describe

ViewerCannotActReason = describe(
    Obstacle,
    "Why you may not do something with a step. Where several reasons hold, the fields for one mutation give what that "
    "would refuse you for, and viewerCannotActReason gives the first of: ALREADY_DECIDED, NOT_IN_PROGRESS, "
    "NOT_YOUR_STEP, ROLE_LOST, PERMISSION_MISSING, STEP_CLAIMED, TARGET_GONE, SELF_APPROVAL_FORBIDDEN, DUTY_RULE.",
    {
        "ALREADY_DECIDED": "The step waits for nobody any more: it was decided, passed on or closed.",
        "NOT_IN_PROGRESS": "The run has not started, has ended, or waits for its requester to send it again.",
        "NOT_YOUR_STEP": "It waits for somebody else.",
        "ROLE_LOST": "You were asked as a member of a role that you do not hold any more.",
        "PERMISSION_MISSING": "It needs a model permission that you do not have.",
        "STEP_CLAIMED": "Somebody else has claimed it: claimedBy, until claimedUntil.",
        "TARGET_GONE": "The object was deleted; its run can only be cancelled.",
        "SELF_APPROVAL_FORBIDDEN": "You created the object or started its run; somebody else must decide.",
        "DUTY_RULE": "One of the workflow's dutyRules keeps you from deciding.",
        "NOT_CLAIMABLE": "Of claiming: more than one person has to give this approval, or one alone is asked.",
        "NOT_CLAIMED": "Of releasing: you have not claimed it, or not any more.",
        "NO_MANAGER": "Of escalating: you, or whom you stand in for, have no active manager.",
        "MANAGER_HAS_SEAT": "Of escalating: the manager has, had or will have a seat of this approval already.",
        "MANAGER_LACKS_PERMISSION": "Of escalating: the manager lacks a model permission that deciding needs.",
        "MANAGER_BARRED": "Of escalating: the manager must not decide on this object, as who created it or started its "
        "run, or by one of the workflow's dutyRules.",
        "NOT_ALLOWED": "Of reassigning: it is for administrators and whoever may change the template.",
        "OWN_OBJECT": "Of reassigning: you created the object or started its run; somebody else has to reassign.",
    },
    name="ViewerCannotActReason",
)
ViewerCannotCancelReason = describe(
    CancelObstacle,
    "Why you may not cancel a run: what cancelWorkflow would refuse you for.",
    {
        "NOT_ALLOWED": "It is for whoever started the run, and for administrators.",
        "ENDED": "The run has ended already.",
    },
    name="ViewerCannotCancelReason",
)
ViewerCannotResubmitReason = describe(
    ResubmitObstacle,
    "Why you may not send a run again: what resubmit would refuse you for.",
    {
        "NO_CHANGES_REQUESTED": "Nobody has asked for changes, or it was sent again already.",
        "NOT_ALLOWED": "It is for the requester, whoever stands in for that person, and administrators.",
        "TARGET_GONE": "The object was deleted; its run can only be cancelled.",
    },
    name="ViewerCannotResubmitReason",
)
ViewerCannotChangeReason = describe(
    TemplateObstacle,
    "Why you may not edit or delete a workflow: what the mutation would refuse you for.",
    {
        "NOT_ALLOWED": "It is for its company, and for whoever has the model permission.",
        "OWN_OBJECT_RUNS": "Of editing: an object of your own runs on this very template; somebody else has to change "
        "it.",
        "FROZEN": "It is a frozen version, which never changes: edit its clonedFrom.",
        "IN_USE": "Of deleting: objects are attached to it, or were: set its status to INACTIVE instead.",
    },
    name="ViewerCannotChangeReason",
)
