"""One object on one workflow, and where its run stands."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.choices import RUNNING, AttachmentStatus
from django_workflow_engine.i18n import isolated, joined
from django_workflow_engine.models.content import route_of
from django_workflow_engine.models.durations import SecondsBetween
from django_workflow_engine.models.exact import ExactCharField
from django_workflow_engine.models.json_objects import JSONObjectField
from django_workflow_engine.models.objects import model_of, name_and_key, text_of
from django_workflow_engine.models.querysets import WorkflowAttachmentQuerySet, running
from django_workflow_engine.models.steps import Flow
from django_workflow_engine.models.targets import TargetForeignKey
from django_workflow_engine.models.workflows import Pipeline, Stage, WorkFlow
from django_workflow_engine.strategies.progress import Progress, progress_of


class WorkflowAttachment(models.Model):
    """The workflow of one object; attaching again after an end starts the next run on the same row."""

    workflow = models.ForeignKey(
        WorkFlow,
        verbose_name=_("workflow"),
        on_delete=models.PROTECT,
        related_name="attachments",
        help_text=_("The frozen version that the run uses."),
    )
    content_type = models.ForeignKey(  # attachment_once_per_object begins with it
        ContentType, verbose_name=_("model"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    object_id = ExactCharField(_("object's key"), max_length=255)
    tombstone = models.BigIntegerField(
        _("tombstone"),
        default=0,
        editable=False,
        help_text=_("0 while the object is there; the attachment's own key once it was deleted."),
    )
    target = TargetForeignKey("content_type", "object_id")
    approval_flow = models.OneToOneField(
        Flow,
        verbose_name=_("approval flow"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="workflow_attachment",
    )
    status = models.CharField(
        _("status"), max_length=20, choices=AttachmentStatus.choices, default=AttachmentStatus.NOT_STARTED
    )
    current_pipeline = models.ForeignKey(
        Pipeline, verbose_name=_("current pipeline"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    current_stage = models.ForeignKey(
        Stage, verbose_name=_("current stage"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    skipped_positions = models.JSONField(
        _("positions skipped"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("The keys of the stages, or pipelines, before the current one that the run has skipped."),
    )
    run_number = models.PositiveIntegerField(
        _("run"), default=1, help_text=_("1 for the first run on this object; each further run counts on.")
    )
    first_step_number = models.PositiveIntegerField(
        _("first step of the run"), default=1, editable=False, help_text=_("Steps below it belong to earlier runs.")
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_started",
    )
    created_at = models.DateTimeField(_("attached at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    completed_at = models.DateTimeField(
        _("ended at"), null=True, blank=True, help_text=_("When the run completed, was rejected or was cancelled.")
    )
    seconds_taken = models.GeneratedField(
        expression=SecondsBetween("started_at", "completed_at"),
        output_field=models.FloatField(),
        db_persist=True,
        verbose_name=_("seconds taken"),
        help_text=_("From the start to the end of the run, kept for averages; none before the end."),
    )
    metadata = JSONObjectField(_("metadata"), blank=True, default=dict)

    objects = WorkflowAttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("workflow attachment")
        verbose_name_plural = _("workflow attachments")
        ordering = ["-created_at", "-id"]
        permissions = [
            ("start_workflow", _("Can start a workflow")),
            ("approve_workflow", _("Can approve a step of a workflow")),
            ("reject_workflow", _("Can reject a step of a workflow")),
            ("delegate_workflow", _("Can delegate a step of a workflow")),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="attachment_newest_idx"),
            models.Index(fields=["status", "-created_at", "-id"], name="attachment_status_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "tombstone"], name="attachment_once_per_object"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=AttachmentStatus.values), name="attachment_status_valid"
            ),
        ]

    def __str__(self) -> str:
        return joined(f"{isolated(self.object_text)} ({isolated(self.get_status_display())})")

    @property
    def object_text(self) -> str:
        """The object as people call it: in its own words where it has been read already, else by its model and key.

        It never asks for the object: a list of attachments costs no statement for each.
        """
        target = self._state.fields_cache.get("target")
        if target is not None:
            return f"{capfirst(type(target)._meta.verbose_name)}: {isolated(text_of(target))}"
        model = None if self.content_type_id is None else model_of(self.content_type_id)
        return self.object_id if model is None else name_and_key(model, self.object_id)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the attachment with its history; raises ValidationError while its run is in progress."""
        if type(self)._base_manager.filter(pk=self.pk, status__in=RUNNING).exists():
            raise running()
        return super().delete(*args, **kwargs)

    @property
    def next_stage(self) -> Stage | Pipeline | WorkFlow | None:
        """What the run would take next, None at its end.

        In strategy 2 it is a pipeline; in strategy 3, before the start, the workflow itself.
        """
        following = self.progress().next
        if following is None:
            return None
        if following.stage_id is not None:
            return Stage.objects.filter(pk=following.stage_id).first()
        if following.pipeline_id is not None:
            return Pipeline.objects.filter(pk=following.pipeline_id).first()
        return self.workflow

    @property
    def progress_percentage(self) -> int:
        """Completed positions of all, 100 only when completed."""
        return self.progress().percentage

    def progress(self) -> Progress:
        """How far the run is; no statement when its version has been read before."""
        return progress_of(
            status=self.status,
            route=route_of(self.workflow),
            pipeline_id=self.current_pipeline_id,
            stage_id=self.current_stage_id,
            skipped=self.skipped_positions,
        )
