"""Sample business models: what a company would send through approvals."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Department(models.Model):
    """A department that a pipeline belongs to; one without a company is every company's."""

    name = models.CharField(_("name"), max_length=100)
    company = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,  # set to null, it would become every company's
        related_name="departments",
    )
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("head"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="departments_led",
    )

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="demo_department_of_a_company"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(company=None), name="demo_department_of_every_company"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DynamicForm(models.Model):
    """A form that a step may require; one without a company is every company's."""

    name = models.CharField(_("name"), max_length=200)
    company = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="forms",
    )
    description = models.TextField(_("description"), blank=True)
    form_schema = models.JSONField(_("schema"), default=dict)

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")

    def __str__(self) -> str:
        return self.name


class PurchaseRequest(models.Model):
    """Something that somebody wants to buy."""

    title = models.CharField(_("title"), max_length=200)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    description = models.TextField(_("description"), blank=True)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requester"),
        on_delete=models.CASCADE,
        related_name="purchase_requests",
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    workflow_status = models.CharField(_("status of the workflow"), max_length=50, default="pending")
    current_stage = models.CharField(_("current stage"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("purchase request")
        verbose_name_plural = _("purchase requests")

    def __str__(self) -> str:
        return f"{self.title} ({self.amount})"


class Opportunity(models.Model):
    """A deal that may be won."""

    name = models.CharField(_("name"), max_length=200)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.CASCADE, related_name="opportunities"
    )
    status = models.CharField(_("status"), max_length=50, default="draft")

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")

    def __str__(self) -> str:
        return self.name


class Ticket(models.Model):
    """A request for support."""

    title = models.CharField(_("title"), max_length=200)
    priority = models.CharField(_("priority"), max_length=20, default="normal")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("created by"), on_delete=models.CASCADE, related_name="tickets"
    )
    status = models.CharField(_("status"), max_length=50, default="open")

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")

    def __str__(self) -> str:
        return self.title
