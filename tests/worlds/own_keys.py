"""Keys are of a different kind in every model, and none of them is called id.

Users have a number with a prefix, which is an object of its own in Python; roles have a date, departments a decimal
below zero, forms are rows of a sheet, requests are papers by multi-table inheritance.
"""

import datetime
import uuid
from decimal import Decimal
from itertools import count

from django.core.exceptions import ValidationError
from django.db.models import BigAutoField, BigIntegerField

from tests.worlds.keyed import *  # noqa: F403

numbers = count(1)


class StaffNumber:
    """A number of a member of staff, as in S-0007."""

    def __init__(self, number):
        self.number = number

    def __str__(self):
        return f"S-{self.number:04d}"

    def __eq__(self, other):
        return isinstance(other, StaffNumber) and self.number == other.number

    def __hash__(self):
        return hash(self.number)


class StaffNumberField(BigAutoField):
    """A key whose column counts up, and whose value in Python is a StaffNumber."""

    def to_python(self, value):
        if value is None or isinstance(value, StaffNumber):
            return value
        prefix, _dash, digits = str(value).rpartition("-")
        if prefix not in {"", "S"} or not digits.isdigit():
            raise ValidationError("This is no number of a member of staff.")
        return StaffNumber(int(digits))

    def from_db_value(self, value, expression, connection):
        return self.to_python(value)

    def get_prep_value(self, value):
        return getattr(self.to_python(value), "number", None)

    def rel_db_type(self, connection):
        return BigIntegerField().db_type(connection)


def next_day():
    return datetime.date(2024, 1, 1) + datetime.timedelta(days=next(numbers))


def next_rate():
    return Decimal("-1.5") - next(numbers)


def next_sheet():
    from django.apps import apps

    return apps.get_model("world.Sheet").objects.create(code=f"sheet-{next(numbers)}").pk


def models():
    from django.conf import settings
    from django.contrib.auth.models import AbstractUser
    from django.db import models

    class Named(models.Model):
        name = models.CharField(max_length=100)

        class Meta:
            abstract = True

        def __str__(self):
            return self.name

    class User(AbstractUser):
        number = StaffNumberField(primary_key=True)

    class Role(Named):
        since = models.DateField(primary_key=True, default=next_day)
        members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="held")

    class Paper(models.Model):
        code = models.UUIDField(primary_key=True, default=uuid.uuid4)
        title = models.CharField(max_length=100)

        def __str__(self):
            return self.title

    class Request(Paper):
        requester = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
        status = models.CharField(max_length=20, default="draft")
        stage = models.CharField(max_length=100, blank=True)

    class Department(Named):
        rate = models.DecimalField(primary_key=True, max_digits=8, decimal_places=3, default=next_rate)
        head = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)

    class Sheet(models.Model):
        code = models.SlugField(primary_key=True)

        def __str__(self):
            return self.code

    class Form(Named):
        sheet = models.OneToOneField(Sheet, primary_key=True, on_delete=models.CASCADE, default=next_sheet)
        schema = models.JSONField(default=dict)

    class Profile(models.Model):
        user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
        manager = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="managed")

        def __str__(self):
            return f"{self.user} below {self.manager}"
