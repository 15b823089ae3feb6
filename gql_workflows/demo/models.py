"""Sample business models: what a company would send through approvals."""

from django.conf import settings
from django.db import models


class Department(models.Model):
    """A department that a pipeline belongs to."""

    name = models.CharField(max_length=100, unique=True)
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="departments_led"
    )

    def __str__(self) -> str:
        return self.name


class DynamicForm(models.Model):
    """A form that a step may require."""

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    form_schema = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class PurchaseRequest(models.Model):
    """Something that somebody wants to buy."""

    title = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    description = models.TextField(blank=True)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="purchase_requests")
    created_at = models.DateTimeField(auto_now_add=True)
    workflow_status = models.CharField(max_length=50, default="pending")
    current_stage = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return f"{self.title} ({self.amount})"


class Opportunity(models.Model):
    """A deal that may be won."""

    name = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="opportunities")
    status = models.CharField(max_length=50, default="draft")

    class Meta:
        verbose_name_plural = "opportunities"

    def __str__(self) -> str:
        return self.name


class Ticket(models.Model):
    """A request for support."""

    title = models.CharField(max_length=200)
    priority = models.CharField(max_length=20, default="normal")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tickets")
    status = models.CharField(max_length=50, default="open")

    def __str__(self) -> str:
        return self.title
