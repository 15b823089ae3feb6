"""Who takes part in which run, kept as rows: what a user sees is read from an index, never computed.

The tables are written by `access.recording` and rebuilt by `access.rebuilding`; both follow from the other tables.
A principal is a text that names whoever sees something, such as `user:12` or `company:5` (`access.principals`).
`requester:12` beside `user:12` says that the run is that user's own.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.models.attachments import WorkflowAttachment
from django_workflow_engine.models.exact import ExactCharField
from django_workflow_engine.models.workflows import WorkFlow

PRINCIPAL_LENGTH: Final = 300  # a key of 255 characters, and the kind before it


class RunParticipation(models.Model):
    """That a principal takes, or took, part in the runs of an attachment, and so sees it."""

    pk = models.CompositePrimaryKey("attachment_id", "principal")
    attachment = models.ForeignKey(
        WorkflowAttachment,
        verbose_name=_("attachment"),
        on_delete=models.CASCADE,
        related_name="participations",
        db_index=False,  # the primary key begins with it
    )
    principal = ExactCharField(_("principal"), max_length=PRINCIPAL_LENGTH)
    created_at = models.DateTimeField(
        _("attached at"), help_text=_("As in the attachment, by which lists are ordered.")
    )

    class Meta:
        verbose_name = _("participation in runs")
        verbose_name_plural = _("participations in runs")
        indexes = [models.Index(fields=["principal", "-created_at", "-attachment"], name="participation_newest_idx")]

    def __str__(self) -> str:
        return f"{self.principal} → {self.attachment_id}"


class VersionReadership(models.Model):
    """That a principal takes, or took, part in a run on this workflow, and so may read it."""

    pk = models.CompositePrimaryKey("workflow_id", "principal")
    workflow = models.ForeignKey(
        WorkFlow, verbose_name=_("workflow"), on_delete=models.CASCADE, related_name="readerships", db_index=False
    )
    principal = ExactCharField(_("principal"), max_length=PRINCIPAL_LENGTH)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("The user, where the principal is one."),
    )

    class Meta:
        verbose_name = _("readership of a version")
        verbose_name_plural = _("readerships of versions")
        indexes = [models.Index(fields=["principal", "workflow"], name="readership_of_principal_idx")]

    def __str__(self) -> str:
        return f"{self.principal} → {self.workflow_id}"
