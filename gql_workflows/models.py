"""What the API itself keeps: the answers to requests that may come twice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.models.exact import ExactCharField


class IdempotentRequest(models.Model):
    """A mutation that a user sent with an idempotency key, and the answer it was given.

    `fingerprint` tells whether another request with the key asks for the same. The row is written in the
    transaction of the mutation: there is none for a request whose effects were rolled back, or that was refused.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+"
    )
    mutation = models.CharField(_("mutation"), max_length=100)
    key = ExactCharField(_("key"), max_length=255)
    fingerprint = models.CharField(_("fingerprint of the input"), max_length=64)
    answer = models.JSONField(_("answer"), default=dict)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("idempotent request")
        verbose_name_plural = _("idempotent requests")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "mutation", "key"], name="idempotency_key_unique"),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_age_idx")]

    def __str__(self) -> str:
        return f"{self.mutation}: {self.key}"
