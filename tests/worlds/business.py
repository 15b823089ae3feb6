"""The models of a world's project: declared by a function, because a world says with which keys."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import models
from django.db.models import Field


def business_models(key: Callable[[], Field] = lambda: models.BigAutoField(primary_key=True), people: str = "") -> None:
    """A request that follows its workflow, a department with a head, a form, and who manages whom."""

    person = people or settings.AUTH_USER_MODEL

    class Request(models.Model):
        id = key()
        title = models.CharField(max_length=100)
        requester = models.ForeignKey(person, null=True, on_delete=models.SET_NULL)
        status = models.CharField(max_length=20, default="draft")
        stage = models.CharField(max_length=100, blank=True)

        def __str__(self) -> str:
            return self.title

    class Department(models.Model):
        id = key()
        name = models.CharField(max_length=100)
        head = models.ForeignKey(person, null=True, on_delete=models.SET_NULL)

        def __str__(self) -> str:
            return self.name

    class Form(models.Model):
        id = key()
        name = models.CharField(max_length=100)
        schema = models.JSONField(default=dict)

        def __str__(self) -> str:
            return self.name

    class Profile(models.Model):
        user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
        manager = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="managed")

        def __str__(self) -> str:
            return f"{self.user} below {self.manager}"
