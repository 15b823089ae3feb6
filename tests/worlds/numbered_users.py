"""Users sign in with a number; keys are zero, negative, and the largest there are."""

from itertools import count

from tests.worlds.business import business_models
from tests.worlds.project import *  # noqa: F403

AUTH_USER_MODEL = "world.User"
numbers = count(1000)
KEYS = {"boss": 0, "requester": -1, "deputy": 2**63 - 1, "member0": 1 - 2**63}


def models():
    from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
    from django.db import models

    class Users(BaseUserManager):
        def create_user(self, name, email, password, **rights):
            number = next(numbers)
            user = self.model(id=KEYS.get(name, number), number=number, first_name=name, email=email, **rights)
            user.set_password(password)
            user.save()
            return user

        def create_superuser(self, name, **rest):
            return self.create_user(name, is_staff=True, is_superuser=True, **rest)

    class User(AbstractBaseUser, PermissionsMixin):
        id = models.BigIntegerField(primary_key=True)
        number = models.IntegerField(unique=True)
        first_name = models.CharField(max_length=40)
        email = models.EmailField()
        is_staff = models.BooleanField(default=False)
        is_active = models.BooleanField(default=True)

        USERNAME_FIELD = "number"
        objects = Users()

        def __str__(self):
            return f"No. {self.number}"

    business_models()
