"""Models of a project that uses the engine: number keys, UUID keys, and one that takes no workflows."""

import uuid

from django.conf import settings
from django.db import models


class Document(models.Model):
    """An object with a creator of its own."""

    title = models.CharField(max_length=100)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return self.title


class UuidDocument(models.Model):
    """An object whose key is no number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.title


class Unlisted(models.Model):
    """A model that is not in ENABLED_MODELS."""

    title = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.title
