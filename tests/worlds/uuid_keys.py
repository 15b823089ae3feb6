"""Every key is a UUID: of users, roles, departments, forms and objects."""

import uuid

from tests.worlds.business import business_models
from tests.worlds.project import *  # noqa: F403

AUTH_USER_MODEL = "world.User"
APPROVAL_ROLE_MODEL = "world.Role"
APPROVAL_ROLE_FIELD = "held"


def key():
    from django.db import models

    return models.UUIDField(primary_key=True, default=uuid.uuid4)


def models():
    from django.conf import settings
    from django.contrib.auth.models import AbstractUser
    from django.db import models

    class User(AbstractUser):
        id = key()

    class Role(models.Model):
        id = key()
        name = models.CharField(max_length=100)
        members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="held")

        def __str__(self):
            return self.name

    business_models(key)


def role(name, *members):
    from django.apps import apps

    found = apps.get_model("world.Role").objects.create(name=name)
    found.members.set(members)
    return found
