"""The durable record of each configured action that an event called for: the outbox."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.choices import ActionRunStatus, ActionType, AttachmentStatus
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models import validation
from django_workflow_engine.models.attachments import WorkflowAttachment
from django_workflow_engine.models.events import WorkflowEvent
from django_workflow_engine.models.json_objects import JSONObjectField

OPEN: Final = (ActionRunStatus.PENDING, ActionRunStatus.FAILED)
FAILED: Final = (ActionRunStatus.FAILED, ActionRunStatus.INCIDENT)


class ActionRunQuerySet(models.QuerySet["ActionRun"]):
    """Runs of actions."""

    def open(self) -> ActionRunQuerySet:
        """What still waits for an attempt."""
        return self.filter(status__in=OPEN)

    def incidents(self) -> ActionRunQuerySet:
        """What failed for good and waits for somebody."""
        return self.filter(status=ActionRunStatus.INCIDENT)

    def free(self, now: datetime) -> ActionRunQuerySet:
        """What may be attempted now: neither in the hands of a runner nor waiting for its next time."""
        return self.open().filter(models.Q(next_attempt_at=None) | models.Q(next_attempt_at__lte=now))

    def due(self, now: datetime, *, grace: timedelta) -> ActionRunQuerySet:
        """What nobody else will run: free, and if it was never attempted then older than the grace period."""
        forgotten = models.Q(next_attempt_at=None, created_at__lte=now - grace)
        return self.open().filter(forgotten | models.Q(next_attempt_at__lte=now))


class ActionRun(models.Model):
    """One call of one action for one event, with the attachment's place at the moment of the event.

    `next_attempt_at` is empty until the first attempt. While an attempt is under way it is the end of the runner's
    lease, so that a run whose runner died becomes due again; after a failure it is the time of the next attempt.
    """

    attachment = models.ForeignKey(
        WorkflowAttachment,
        verbose_name=_("attachment"),
        on_delete=models.CASCADE,
        related_name="action_runs",
        db_index=False,  # action_run_attachment_idx begins with it
    )
    event = models.ForeignKey(
        WorkflowEvent,
        verbose_name=_("event"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="action_runs",
    )
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, help_text=_("The same at every attempt."))
    run_number = models.PositiveIntegerField(_("run"), default=1)
    action_type = models.CharField(_("event type"), max_length=30, choices=ActionType.choices)
    function_path = models.CharField(_("function"), max_length=255)
    parameters = JSONObjectField(_("parameters"), blank=True, default=dict, encoder=DjangoJSONEncoder)
    context = JSONObjectField(_("context"), blank=True, default=dict, encoder=DjangoJSONEncoder)
    order = models.PositiveIntegerField(_("order"), default=0, help_text=_("Its place among the runs of one verb."))
    workflow_id = models.BigIntegerField(_("workflow at that moment"), null=True, blank=True)
    current_pipeline_id = models.BigIntegerField(_("pipeline at that moment"), null=True, blank=True)
    current_stage_id = models.BigIntegerField(_("stage at that moment"), null=True, blank=True)
    attachment_status = models.CharField(
        _("state of the attachment at that moment"), max_length=20, choices=AttachmentStatus.choices
    )
    status = models.CharField(
        _("status"), max_length=20, choices=ActionRunStatus.choices, default=ActionRunStatus.PENDING
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True, default="")
    returned = models.JSONField(_("returned"), null=True, blank=True)
    duration_ms = models.PositiveIntegerField(_("duration of the last attempt (ms)"), null=True, blank=True)
    handled_by_id = models.CharField(_("handler's key"), max_length=255, blank=True, default="")
    handled_by_name = models.CharField(
        _("handled by"), max_length=255, blank=True, default="", help_text=_("Who retried or skipped the incident.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = ActionRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("action run")
        verbose_name_plural = _("action runs")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["attachment", "id"], name="action_run_attachment_idx"),
            models.Index(fields=["status", "next_attempt_at", "created_at"], name="action_run_due_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ActionRunStatus.values), name="action_run_status_valid"
            ),
        ]

    def __str__(self) -> str:
        kind, status = self.get_action_type_display(), self.get_status_display()
        return f"{kind}: {isolated(self.function_path)} ({isolated(status)})"

    @property
    def has_failed(self) -> bool:
        """Whether its last attempt failed, for good or not; such a run can be retried or skipped by hand."""
        return self.status in FAILED


class AttachmentAtEvent(WorkflowAttachment):
    """An attachment as an action sees it: where it stood when the event happened, not where it stands now.

    Saving it stores its metadata and nothing else: where the run stands belongs to the verbs. `action_key` is the
    key of the action's run, the same at every attempt: a handler can use it to do its work only once.
    """

    action_key: uuid.UUID | None = None

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("attachment at an event")
        verbose_name_plural = _("attachments at an event")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the metadata, if it is among the fields to store; raises ValidationError where it is too large."""
        named = kwargs.get("update_fields")
        kwargs["update_fields"] = {"metadata"} if named is None else {"metadata"} & set(named)
        if kwargs["update_fields"]:
            validation.check_values(self, "metadata")
        super().save(*args, **kwargs)
