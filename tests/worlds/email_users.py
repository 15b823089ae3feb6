"""Users sign in with an e-mail address; they have no username and no name."""

from tests.worlds.business import business_models
from tests.worlds.project import *  # noqa: F403

AUTH_USER_MODEL = "world.User"


def models():
    from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
    from django.db import models

    class Users(BaseUserManager):
        def create_user(self, name, email, password, **rights):
            user = self.model(email=email, **rights)
            user.set_password(password)
            user.save()
            return user

        def create_superuser(self, name, **rest):
            return self.create_user(name, is_staff=True, is_superuser=True, **rest)

    class User(AbstractBaseUser, PermissionsMixin):
        email = models.EmailField(unique=True)
        is_staff = models.BooleanField(default=False)
        is_active = models.BooleanField(default=True)

        USERNAME_FIELD = "email"
        objects = Users()

    business_models()
