"""Every key is a text with marks in it, as numbers of invoices and codes of staff are."""

from itertools import count

from tests.worlds.business import business_models
from tests.worlds.project import *  # noqa: F403

AUTH_USER_MODEL = "world.User"
APPROVAL_ROLE_MODEL = "world.Role"
APPROVAL_ROLE_FIELD = "held"
numbers = count(1)


def next_key():
    return f"Ä/{next(numbers)}: 0,5 'x'"


def key():
    from django.db import models

    return models.CharField(primary_key=True, max_length=40, default=next_key)


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
