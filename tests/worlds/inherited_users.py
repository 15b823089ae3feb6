"""Users are people and roles are groups, by multi-table inheritance; who left is hidden, and no name is plain."""

import uuid

from tests.worlds.business import business_models
from tests.worlds.project import *  # noqa: F403

AUTH_USER_MODEL = "world.User"
APPROVAL_ROLE_MODEL = "world.Team"


def models():
    from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
    from django.db import models
    from django.utils.translation import gettext_lazy

    class Person(models.Model):
        number = models.UUIDField(primary_key=True, default=uuid.uuid4)

        def __str__(self):
            return str(self.number)

    class Members(BaseUserManager):
        def get_queryset(self):
            return super().get_queryset().filter(left=False).annotate(held=models.Count("groups"))

        def create_user(self, name, email, password, **rights):
            user = self.model(code=f"{name} {'😀' * 250}", mail=email, **rights)
            user.set_password(password)
            user.save()
            return user

        def create_superuser(self, name, **rest):
            return self.create_user(name, is_superuser=True, **rest)

    class User(Person, AbstractBaseUser, PermissionsMixin):
        code = models.CharField(max_length=300, unique=True)
        mail = models.EmailField()
        left = models.BooleanField(default=False)

        USERNAME_FIELD = "code"
        EMAIL_FIELD = "mail"
        members = Members()

        def __str__(self):
            return self.code

        @property
        def is_active(self):
            return not self.left

        @property
        def is_staff(self):
            return self.is_superuser

        def get_full_name(self):
            return gettext_lazy("Yes")

    class Team(Group):
        since = models.DateField(null=True)

    business_models()


def make_user(model, name, administrator):
    """The user's own row."""
    create = model.members.create_superuser if administrator else model.members.create_user
    return create(name, email=f"{name}@example.com", password="secret")


def role(name, *members):
    """A role that these users hold."""
    from django.apps import apps

    found = apps.get_model("world.Team").objects.create(name=name)
    found.user_set.set(members)
    return found
