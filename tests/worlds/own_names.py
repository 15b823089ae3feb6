"""The user model has fields of its own with the names that a library would like to have."""

from tests.worlds.business import business_models
from tests.worlds.project import *  # noqa: F403

AUTH_USER_MODEL = "world.User"


def models():
    from django.contrib.auth.models import AbstractUser
    from django.db import models

    class User(AbstractUser):
        workflows_started = models.IntegerField(default=0)
        workflows_created = models.IntegerField(default=0)
        workflows_modified = models.IntegerField(default=0)

    business_models()
