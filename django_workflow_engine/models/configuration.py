"""How one model takes workflows."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.models import validation
from django_workflow_engine.models.workflows import WorkFlow


class WorkflowConfigurationManager(models.Manager["WorkflowConfiguration"]):
    """Configurations by the model that they belong to."""

    def get_by_natural_key(self, app_label: str, model: str) -> WorkflowConfiguration:
        """The configuration of this model: where one was registered, `loaddata` writes into it."""
        return self.get(content_type=ContentType.objects.get_by_natural_key(app_label, model))


class WorkflowConfiguration(models.Model):
    """The settings of one model: whether and how its rows take workflows."""

    content_type = models.OneToOneField(
        ContentType, verbose_name=_("model"), on_delete=models.CASCADE, related_name="workflow_configuration"
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    auto_start_workflow = models.BooleanField(_("start on creation"), default=False)
    default_workflow = models.ForeignKey(
        WorkFlow, verbose_name=_("default workflow"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    pre_start_hook = models.CharField(_("hook before the start"), max_length=255, blank=True, default="")
    post_complete_hook = models.CharField(_("hook after completion"), max_length=255, blank=True, default="")
    status_field = models.CharField(_("status field"), max_length=100, blank=True, default="")
    stage_field = models.CharField(_("stage field"), max_length=100, blank=True, default="")
    completion_status_value = models.CharField(_("status on completion"), max_length=100, blank=True, default="")
    rejection_status_value = models.CharField(_("status on rejection"), max_length=100, blank=True, default="")
    changes_requested_status_value = models.CharField(
        _("status on a request for changes"), max_length=100, blank=True, default=""
    )
    resubmission_status_value = models.CharField(
        _("status on being sent again"), max_length=100, blank=True, default=""
    )

    objects = WorkflowConfigurationManager()

    class Meta:
        verbose_name = _("workflow configuration")
        verbose_name_plural = _("workflow configurations")

    def __str__(self) -> str:
        return str(self.content_type)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row; raises ValidationError for a field or a value that could never be written to an object."""
        validation.check_configuration(self)
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str, str]:
        """The app's label and the model's name, whatever the row's key is in this database."""
        return self.content_type.natural_key()

    natural_key.dependencies = ["contenttypes.contenttype"]  # type: ignore[attr-defined]
