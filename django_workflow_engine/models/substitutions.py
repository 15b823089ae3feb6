"""Who decides in whose place, and how long."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.models.workflows import WorkFlow


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    """Substitutions: those of the past stay as what was so."""

    def lasting(self, moment: datetime) -> SubstitutionQuerySet:
        """Those that last at this moment; their end is not included."""
        return self.not_ended(moment).filter(starts_at__lte=moment)

    def not_ended(self, moment: datetime) -> SubstitutionQuerySet:
        """Those that last at this moment, or will."""
        return self.filter(models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=moment))


class Substitution(models.Model):
    """While it lasts, the substitute may decide on the person's open seats as well as the person.

    Nothing is moved: who may decide is asked of these rows at that moment.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("substitute"),
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    starts_at = models.DateTimeField(_("starts at"), default=timezone.now)
    ends_at = models.DateTimeField(
        _("ends at"), null=True, blank=True, help_text=_("Not included. Empty: until somebody ends it.")
    )
    content_type = models.ForeignKey(
        ContentType,
        verbose_name=_("model"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        help_text=_("Only for objects of this model. Empty: for all."),
    )
    workflow = models.ForeignKey(
        WorkFlow,
        verbose_name=_("workflow"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Only for runs of this template. Empty: for all."),
    )
    reason = models.TextField(_("reason"), blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["substitute", "ends_at"], name="substitution_by_idx"),
            models.Index(fields=["user", "ends_at"], name="substitution_of_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="substitution_ends_after_start",
            ),
            models.CheckConstraint(condition=~models.Q(user=models.F("substitute")), name="substitution_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.substitute_id}"

    def is_active(self, moment: datetime | None = None) -> bool:
        """Whether it lasts at this moment: now if none is named."""
        at = moment or timezone.now()
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)
