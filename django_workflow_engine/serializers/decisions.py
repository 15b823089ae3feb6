"""Decisions on the object that a workflow is attached to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus
from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied

from django_workflow_engine import services, transitions
from django_workflow_engine.approvals import forms, steps
from django_workflow_engine.approvals.substitutes import persons_for
from django_workflow_engine.choices import RUNNING, ErrorCode
from django_workflow_engine.errors import NotFound, NotYourStep, ValueMissing
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.steps import Step
from django_workflow_engine.serializers.base import EngineSerializer
from django_workflow_engine.serializers.fields import ChoiceOf, KeyField, text_field
from django_workflow_engine.services.actors import check_text
from django_workflow_engine.services.eligibility import holds, too_late
from django_workflow_engine.transitions import Verb

Values = Mapping[str, Any]


def _approve(values: Values) -> dict[str, Any]:
    return {"comment": values["comment"] or values["reason"], "form_data": values["form_data"]}


def _reject(values: Values) -> dict[str, Any]:
    return {"reason": values["reason"]}


def _send_back(values: Values) -> dict[str, Any]:
    return {"reason": values["reason"], "stage_id": values["stage_id"], "pipeline_id": values["pipeline_id"]}


def _resubmit(values: Values) -> dict[str, Any]:
    return {"comment": values["comment"] or values["reason"]}


def _send_again(*, step_id: Any, actor: Any, comment: str) -> WorkflowAttachment:
    step = steps.find_step(step_id)
    if step is None:  # the run was deleted since the form was looked at
        raise NotFound(_("There is no such step."), path=("step_id",))
    attachment: WorkflowAttachment = step.flow.workflow_attachment
    return services.resubmit(attachment_id=attachment.pk, actor=actor, comment=comment)


def _delegate(values: Values) -> dict[str, Any]:
    return {"reason": values["reason"], "user_id": values["user_id"]}


def _nothing(values: Values) -> dict[str, Any]:
    return {}


# What a decision may be called, in lower case: the verb, how its arguments are taken, and what it cannot do without.
_Decision = tuple[Callable[..., Any], Callable[[Values], dict[str, Any]], str | None]
DECISIONS: Final[Mapping[str, _Decision]] = {
    "approved": (services.approve_step, _approve, None),
    "rejected": (services.reject_step, _reject, "reason"),
    "resubmission": (services.request_resubmission, _send_back, "reason"),
    "needs_resubmission": (services.request_resubmission, _send_back, "reason"),
    "changes_requested": (services.request_changes, _reject, "reason"),
    "resubmitted": (_send_again, _resubmit, None),
    "delegated": (services.delegate_step, _delegate, "user_id"),
    "escalated": (services.escalate_step, _reject, None),
    "claimed": (services.claim_step, _nothing, None),
    "released": (services.release_step, _nothing, None),
}
_ABSENT: Final = {
    "comment": "",
    "reason": "",
    "form_data": None,
    "stage_id": None,
    "pipeline_id": None,
    "user_id": None,
}


class WorkflowApprovalSerializer(EngineSerializer):
    """A decision of the request's user on the user's own current step of `instance`; `save()` gives the object.

    `action` is the name or value of a status: APPROVED, REJECTED, NEEDS_RESUBMISSION, DELEGATED or ESCALATED; or
    CHANGES_REQUESTED, and of who was asked for them RESUBMITTED; CLAIMED and RELEASED decide nothing yet. Values that
    the action does not take are left alone.
    An approval, and sending again, may say its comment as `comment` or as `reason`.

    `step_id` says which step is meant: `data` of a form without input gives the one that waits for the user now, and
    a form that sends it back decides on that step or not at all, however often it is posted. Without it the step
    that waits when the form is validated is meant.
    """

    step_id = KeyField(required=False, allow_null=True)
    action = ChoiceOf(write_only=True)
    form_data = serializers.JSONField(required=False, allow_null=True, write_only=True)
    reason = text_field(write_only=True, trim_whitespace=False)
    comment = text_field(write_only=True, trim_whitespace=False)
    stage_id = KeyField(required=False, allow_null=True, write_only=True)
    pipeline_id = KeyField(required=False, allow_null=True, write_only=True)
    user_id = KeyField(required=False, allow_null=True, write_only=True)

    @property
    def _known(self) -> list[str]:
        """The fields that the input may have; a step that the input does not name is no place in it."""
        return [name for name in super()._known if name != "step_id" or name in self.initial_data]

    def validate_action(self, value: str) -> str:
        """One of the decisions."""
        if value not in DECISIONS:
            facts = {"value": value, "allowed": ", ".join(DECISIONS)}
            message = _("“%(value)s” is none of: %(allowed)s.") % facts
            raise serializers.ValidationError(message, code=ErrorCode.INVALID.value)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Everything that the verb would refuse, as far as it can be told beforehand."""
        if self.actor is None:
            raise PermissionDenied(_("Nobody is signed in."), code=ErrorCode.FORBIDDEN.value)
        given = {name: value for name, value in attrs.items() if value is not None}
        verb = Verb.RESUBMIT if given["action"] == "resubmitted" else Verb.MOVE
        values = {**_ABSENT, **given, "step": self._own_step(given.get("step_id"), verb)}
        self.call(_check, values=values)
        return values

    def update(self, instance: Model, validated_data: dict[str, Any]) -> Model:
        """Decide; the object is read again, for the run may have changed its status."""
        verb, arguments, _needed = DECISIONS[validated_data["action"]]
        step = validated_data["step"]
        self.call(verb, step_id=step.pk, actor=self.actor, **arguments(validated_data))
        instance.refresh_from_db()
        return instance

    def to_representation(self, instance: Model) -> dict[str, Any]:
        """The step of the object that waits for the actor, or None."""
        attachment = services.get_workflow_attachment(instance)
        if attachment is None or attachment.status not in RUNNING or self.actor is None:
            return {"step_id": None}
        return {"step_id": next((step.pk for step in self._waiting(attachment)), None)}

    def _own_step(self, step_id: Any, verb: Verb) -> Step:
        """The step of the object's run that waits for the actor; the named one, where one is named."""
        attachment = None if self.instance is None else self.call(services.get_workflow_attachment, obj=self.instance)
        if attachment is None:
            self.raise_fault(ErrorCode.NOT_FOUND, _("The object has no workflow."))
        self.call(_ensure_it_waits, attachment=attachment, verb=verb)
        waiting = self._waiting(attachment)
        for step in waiting:
            if step_id is None or str(step.pk) == str(step_id):
                return step
        if step_id is not None:
            self._check_step(attachment, step_id)
        raise PermissionDenied(_("No step of this object waits for you."), code=NotYourStep.code.value)

    def _waiting(self, attachment: WorkflowAttachment) -> list[Step]:
        """The actor's own seats first, then those of the people for whom the actor stands in."""
        persons = persons_for(self.actor.pk, attachment)
        waiting = [step for step in steps.open_steps(attachment) if holds(step, self.actor, persons=persons)]
        return sorted(waiting, key=lambda step: step.assigned_to_id != self.actor.pk)

    def _check_step(self, attachment: WorkflowAttachment, step_id: Any) -> None:
        """Raise ValidationError for a step that is not this object's, or that is decided."""
        step = steps.find_step(step_id)
        if step is None or step.flow_id != attachment.approval_flow_id:
            self.raise_fault(ErrorCode.NOT_FOUND, _("There is no such row."), "step_id")
        self.call(_ensure_open, step=step, attachment=attachment)


def _ensure_it_waits(*, attachment: WorkflowAttachment, verb: Verb) -> None:
    transitions.check(verb, attachment)


def _ensure_open(*, step: Step, attachment: WorkflowAttachment) -> None:
    if step.status != ApprovalStatus.CURRENT:
        raise too_late(step, attachment)


def _check(*, values: Values) -> None:
    """What a decision cannot do without: a reason, a user, the data of the step's form; and texts that are too long."""
    _verb, _arguments, needed = DECISIONS[values["action"]]
    for name in ("reason", "comment"):
        check_text(values[name], name)
    if needed is not None and not str(values[needed] if values[needed] is not None else "").strip():
        raise ValueMissing(_("This is needed."), path=(needed,))
    step = values["step"]
    if values["action"] == "approved" and not steps.needs_check_in(step):
        form_data = values["form_data"]
        forms.check_form_data(step_type=step.approval_type, form_key=step.form_object_id, form_data=form_data)
