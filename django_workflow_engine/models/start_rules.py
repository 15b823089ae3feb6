"""Which workflow an object takes, where nobody names one."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.models import validation
from django_workflow_engine.models.workflows import WorkFlow


class StartRule(models.Model):
    """Objects of a model for which the condition holds take the workflow; among several rules the weight decides."""

    content_type = models.ForeignKey(  # start_rule_weight_once begins with it
        ContentType, verbose_name=_("model"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    workflow = models.ForeignKey(
        WorkFlow, verbose_name=_("workflow"), on_delete=models.CASCADE, related_name="start_rules"
    )
    condition = models.JSONField(
        _("condition"), null=True, blank=True, help_text=_("Empty: every object. Else those for which it holds.")
    )
    weight = models.IntegerField(
        _("weight"), default=0, help_text=_("Of the rules that hold for an object, the one with the greatest counts.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    auto_start = models.BooleanField(
        _("start on creation"), default=False, help_text=_("A new object takes the workflow by itself.")
    )
    active_weight = models.IntegerField(
        _("weight while active"),
        null=True,
        editable=False,
        help_text=_("The weight while the rule is active: two active rules of a model never have the same."),
    )

    class Meta:
        verbose_name = _("start rule")
        verbose_name_plural = _("start rules")
        ordering = ["content_type", "-weight", "id"]
        constraints = [
            models.UniqueConstraint(fields=["content_type", "active_weight"], name="start_rule_weight_once"),
        ]

    def __str__(self) -> str:
        return f"{self.content_type} ({self.weight})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the rule; raises ValidationError for a wrong condition, a frozen version, and a tie with another."""
        validation.check_start_rule(self)
        self.active_weight = self.weight if self.is_active else None
        named = kwargs.get("update_fields")
        if named is not None:
            kwargs["update_fields"] = {*named, "active_weight"}
        super().save(*args, **kwargs)
