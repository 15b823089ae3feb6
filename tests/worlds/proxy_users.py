"""Users, roles and departments are proxies; business rows name the models behind them. People sign in with a card."""

from tests.worlds.business import business_models
from tests.worlds.project import *  # noqa: F403
from tests.worlds.project import DJANGO_WORKFLOW_ENGINE as ENGINE

AUTH_USER_MODEL = "world.User"
APPROVAL_ROLE_MODEL = "world.Team"
DJANGO_WORKFLOW_ENGINE = {**ENGINE, "DEPARTMENT_MODEL": "world.Office", "DEPARTMENT_HEAD_FIELD": "boss"}


def models():
    from django.apps import apps
    from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
    from django.db import models

    class Card(models.Model):
        number = models.CharField(max_length=40, unique=True)

        def __str__(self):
            return f"Card {self.number}"

    class Accounts(BaseUserManager):
        def create_user(self, name, email, password, **rights):
            user = self.model(card=Card.objects.create(number=name), email=email, **rights)
            user.set_password(password)
            user.save()
            return user

        def create_superuser(self, name, **rest):
            return self.create_user(name, is_staff=True, is_superuser=True, **rest)

    class Account(AbstractBaseUser, PermissionsMixin):
        card = models.OneToOneField(Card, to_field="number", on_delete=models.PROTECT)
        email = models.EmailField()
        is_staff = models.BooleanField(default=False)
        is_active = models.BooleanField(default=True)

        USERNAME_FIELD = "card"
        objects = Accounts()

        def __str__(self):
            return f"The holder of {self.card_id}"

        def natural_key(self):
            return (self.card_id,)

    class User(Account):
        class Meta:
            proxy = True

    class Team(Group):
        class Meta:
            proxy = True

    business_models(people="world.Account")

    class Office(apps.get_registered_model("world", "Department")):
        class Meta:
            proxy = True

        @property
        def boss(self):
            return self.head
