"""The object whose approval is replayed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Request(models.Model):
    """A request of a process. The logs do not say why somebody was asked, only who was: five fields hold that."""

    DECIDING: ClassVar = ("pre_approver", "administration", "budget_owner", "supervisor", "director")

    process = models.CharField(max_length=100)
    case = models.CharField(max_length=200)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    pre_approver = models.BooleanField(default=False)
    administration = models.BooleanField(default=False)
    budget_owner = models.BooleanField(default=False)
    supervisor = models.BooleanField(default=False)
    director = models.BooleanField(default=False)

    class Meta:
        app_label = "replay"

    def __str__(self) -> str:
        return self.case
