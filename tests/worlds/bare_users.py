"""Users have what Django's authentication asks for, and nothing else: no name, staff, permissions or text."""

from tests.worlds.business import business_models
from tests.worlds.project import *  # noqa: F403

AUTH_USER_MODEL = "world.User"
APPROVAL_ROLE_MODEL = "world.Role"
APPROVAL_ROLE_FIELD = "held"
GQL_WORKFLOWS = {"ACCESS_POLICY": "tests.worlds.policies.EverybodyAdministers"}
has_admin = False


def models():
    from django.conf import settings
    from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
    from django.db import models

    class Users(BaseUserManager):
        def create_user(self, name, email, password):
            user = self.model(code=name, mail=email)
            user.set_password(password)
            user.save()
            return user

        create_superuser = create_user

    class User(AbstractBaseUser):
        code = models.CharField(max_length=40, unique=True)
        mail = models.EmailField()

        USERNAME_FIELD = "code"
        EMAIL_FIELD = "mail"
        objects = Users()

        def __str__(self):
            raise LookupError(self.code)

    class Role(models.Model):
        name = models.CharField(max_length=100)
        members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="held")

        def __str__(self):
            return self.name

    business_models()


def role(name, *members):
    from django.apps import apps

    found = apps.get_model("world.Role").objects.create(name=name)
    found.members.set(members)
    return found
