"""Projects whose keys are all of one kind, which their worlds say: of users, roles, departments, forms and objects."""

from tests.worlds.business import business_models
from tests.worlds.project import *  # noqa: F403

AUTH_USER_MODEL = "world.User"
APPROVAL_ROLE_MODEL = "world.Role"
APPROVAL_ROLE_FIELD = "held"


def keyed_models(key):
    """The project's models, each with the primary key that `key` makes."""
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
    """A role that these users hold."""
    from django.apps import apps

    found = apps.get_model("world.Role").objects.create(name=name)
    found.members.set(members)
    return found
