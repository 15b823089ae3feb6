"""What is due at a moment: reminders, and the end of the time to decide."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.choices import TimerKind
from django_workflow_engine.models.attachments import WorkflowAttachment


class ApprovalTimer(models.Model):
    """One moment of one approval of a run. The row goes in the transaction that does what is due: it fires once."""

    attachment = models.ForeignKey(
        WorkflowAttachment, verbose_name=_("attachment"), on_delete=models.CASCADE, related_name="timers"
    )
    step_number = models.PositiveIntegerField(_("step number"), help_text=_("The seats of the approval share it."))
    due_at = models.DateTimeField(_("due at"), help_text=_("As the seats have it: others are none of its business."))
    fires_at = models.DateTimeField(_("fires at"))
    kind = models.CharField(_("kind"), max_length=10, choices=TimerKind.choices)

    class Meta:
        verbose_name = _("timer of an approval")
        verbose_name_plural = _("timers of approvals")
        indexes = [models.Index(fields=["fires_at", "id"], name="approval_timer_due_idx")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.fires_at:%Y-%m-%d %H:%M})"
