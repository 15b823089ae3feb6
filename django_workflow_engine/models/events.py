"""The audit trail: append-only, and true even when users, steps and stages are gone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.choices import ErrorCode, EventKind
from django_workflow_engine.i18n import in_own_language, isolated
from django_workflow_engine.models.attachments import WorkflowAttachment
from django_workflow_engine.models.json_objects import JSONObjectField


class WorkflowEventQuerySet(models.QuerySet["WorkflowEvent"]):
    """Lines of the audit trail: read and appended to, and gone only with their attachment."""

    def update(self, **values: Any) -> int:
        """Refuse: raises ValidationError."""
        raise ValidationError(_now("A line of the audit trail never changes."), code=ErrorCode.FROZEN.value)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        """Refuse: raises ValidationError."""
        return self.update()

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: raises ValidationError."""
        raise ValidationError(_now("A line of the audit trail is never deleted."), code=ErrorCode.FROZEN.value)


class WorkflowEvent(models.Model):
    """One thing that happened to an attachment; people and places as they were at that moment."""

    attachment = models.ForeignKey(
        WorkflowAttachment,
        verbose_name=_("attachment"),
        on_delete=models.CASCADE,
        related_name="events",
        db_index=False,  # event_of_attachment_idx begins with it
    )
    run_number = models.PositiveIntegerField(_("run"), default=1)
    kind = models.CharField(_("kind"), max_length=30, choices=EventKind.choices)
    at = models.DateTimeField(_("at"), default=timezone.now)
    actor_id = models.CharField(_("actor's key"), max_length=255, blank=True, default="")
    actor_name = models.CharField(_("actor"), max_length=255, blank=True, default="")
    on_behalf_of_id = models.CharField(_("seat holder's key"), max_length=255, blank=True, default="")
    on_behalf_of_name = models.CharField(_("on behalf of"), max_length=255, blank=True, default="")
    step_id = models.BigIntegerField(_("step"), null=True, blank=True)
    from_pipeline = models.CharField(_("from pipeline"), max_length=255, blank=True, default="")
    to_pipeline = models.CharField(_("to pipeline"), max_length=255, blank=True, default="")
    from_stage = models.CharField(_("from stage"), max_length=255, blank=True, default="")
    to_stage = models.CharField(_("to stage"), max_length=255, blank=True, default="")
    from_pipeline_ar = models.CharField(_("from pipeline (Arabic)"), max_length=255, blank=True, default="")
    to_pipeline_ar = models.CharField(_("to pipeline (Arabic)"), max_length=255, blank=True, default="")
    from_stage_ar = models.CharField(_("from stage (Arabic)"), max_length=255, blank=True, default="")
    to_stage_ar = models.CharField(_("to stage (Arabic)"), max_length=255, blank=True, default="")
    comment = models.TextField(_("comment"), blank=True, default="")
    details = JSONObjectField(_("details"), blank=True, default=dict)

    objects = WorkflowEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("workflow event")
        verbose_name_plural = _("workflow events")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["attachment", "id"], name="event_of_attachment_idx"),
            models.Index(fields=["kind", "at"], name="event_by_time_idx"),
        ]

    def __str__(self) -> str:
        at = timezone.localtime(self.at) if timezone.is_aware(self.at) else self.at
        return f"{self.get_kind_display()} {isolated(f'{at:%Y-%m-%d %H:%M}')}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append the line; raises ValidationError for one that stands already."""
        if not self._state.adding:
            raise ValidationError(_now("A line of the audit trail never changes."), code=ErrorCode.FROZEN.value)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: raises ValidationError."""
        raise ValidationError(_now("A line of the audit trail is never deleted."), code=ErrorCode.FROZEN.value)

    def position_name(self, name: str) -> str:
        """The place in one of `from_pipeline`, `to_pipeline`, `from_stage`, `to_stage`, in the reader's language."""
        return in_own_language(getattr(self, name), getattr(self, f"{name}_ar"))
