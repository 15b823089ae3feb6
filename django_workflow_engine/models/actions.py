"""Actions that a workflow, a pipeline or a stage configures for the engine's events."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.choices import ActionType
from django_workflow_engine.definitions.declared import words_of
from django_workflow_engine.definitions.specs import ActionSpec
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models import validation
from django_workflow_engine.models.identity import Identified, IdentifiedQuerySet
from django_workflow_engine.models.json_objects import JSONObjectField


class WorkflowAction(Identified):
    """One function that an event calls; it belongs to exactly one workflow, pipeline or stage."""

    workflow = models.ForeignKey(
        "django_workflow_engine.WorkFlow",
        verbose_name=_("workflow"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="actions",
    )
    pipeline = models.ForeignKey(
        "django_workflow_engine.Pipeline",
        verbose_name=_("pipeline"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="actions",
    )
    stage = models.ForeignKey(
        "django_workflow_engine.Stage",
        verbose_name=_("stage"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="actions",
    )
    action_type = models.CharField(max_length=30, choices=ActionType.choices, **words_of(ActionSpec, "action_type"))
    function_path = models.CharField(max_length=255, **words_of(ActionSpec, "function_path"))
    parameters = JSONObjectField(blank=True, default=dict, **words_of(ActionSpec, "parameters"))
    order = models.PositiveIntegerField(default=0, **words_of(ActionSpec, "order"))
    is_active = models.BooleanField(default=True, **words_of(ActionSpec, "is_active"))

    objects = IdentifiedQuerySet.as_manager()

    class Meta(Identified.Meta):
        verbose_name = _("workflow action")
        verbose_name_plural = _("workflow actions")
        ordering = ["order", "id"]
        constraints = [
            *Identified.Meta.constraints,
            models.CheckConstraint(
                condition=(
                    models.Q(workflow__isnull=False, pipeline__isnull=True, stage__isnull=True)
                    | models.Q(workflow__isnull=True, pipeline__isnull=False, stage__isnull=True)
                    | models.Q(workflow__isnull=True, pipeline__isnull=True, stage__isnull=False)
                ),
                name="action_has_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_type_display()}: {isolated(self.function_path)}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row; raises ValidationError for a frozen version's action or one without exactly one owner."""
        validation.check_action(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the action of a template; raises ValidationError for a frozen version's."""
        validation.check_action(self)
        return super().delete(*args, **kwargs)

    @property
    def scope_level(self) -> str | None:
        """What the action belongs to: "workflow", "pipeline" or "stage"; None as long as it has no owner."""
        owners = (("stage", self.stage_id), ("pipeline", self.pipeline_id), ("workflow", self.workflow_id))
        return next((level for level, key in owners if key is not None), None)

    @property
    def scope_object(self) -> models.Model | None:
        """The workflow, pipeline or stage that the action belongs to."""
        return self.stage or self.pipeline or self.workflow
