"""People who sign in by e-mail and have UUID keys, and roles whose keys are text."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who has no username."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "email"


class Role(models.Model):
    """A role whose key could be taken for a number."""

    code = models.CharField(primary_key=True, max_length=20)
    people = models.ManyToManyField(Person, related_name="roles")

    def __str__(self) -> str:
        return f"<{self.code}>"
