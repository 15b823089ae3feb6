"""Users sign in with a number."""

from itertools import count

from tests.worlds.business import business_models
from tests.worlds.project import *  # noqa: F403

AUTH_USER_MODEL = "world.User"
numbers = count(1000)


def models():
    from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
    from django.db import models

    class Users(BaseUserManager):
        def create_user(self, name, email, password, **rights):
            user = self.model(number=next(numbers), first_name=name, email=email, **rights)
            user.set_password(password)
            user.save()
            return user

        def create_superuser(self, name, **rest):
            return self.create_user(name, is_staff=True, is_superuser=True, **rest)

    class User(AbstractBaseUser, PermissionsMixin):
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
