"""Whose turn it was where the members of a role take turns."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.definitions.values import KEY_LENGTH


class RoleTurns(models.Model):
    """The turns of one role; locked while a verb picks somebody, so that runs that start at once ask different ones."""

    role_id = models.CharField(_("role"), max_length=KEY_LENGTH)
    taken = models.BigIntegerField(_("turns taken"), default=0)
    latest = models.JSONField(
        _("latest turns"), default=dict, help_text=_("The number of each person's latest turn, by primary key.")
    )

    class Meta:
        verbose_name = _("turns of a role")
        verbose_name_plural = _("turns of roles")
        constraints = [models.UniqueConstraint(fields=["role_id"], name="role_turns_once")]

    def __str__(self) -> str:
        return f"{self.role_id} ({self.taken})"
