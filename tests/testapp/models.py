"""Models of a project that uses the engine: number keys, UUID keys, and one that takes no workflows."""

import uuid

from django.conf import settings
from django.db import models

from django_workflow_engine.models.exact import ExactCharField


class Document(models.Model):
    """An object with a creator of its own."""

    title = models.CharField(max_length=100)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return self.title


class UuidDocument(models.Model):
    """An object whose key is no number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.title


class Unlisted(models.Model):
    """A model that is not in ENABLED_MODELS."""

    title = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.title


class Team(models.Model):
    """A custom role with its users."""

    name = models.CharField(max_length=100)
    users = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="teams")

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """A custom role whose key is text, held by one foreign key per user; letters of another case make another one."""

    code = ExactCharField(max_length=20, primary_key=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return self.code


class Profile(models.Model):
    """What a project keeps beside its users: the desk that each one holds."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    desk = models.ForeignKey(Desk, null=True, on_delete=models.SET_NULL)
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.user}: {self.desk}"


class Seat(models.Model):
    """One of several desks that somebody has."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats")
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.user} at {self.desk}"


class Deal(models.Model):
    """An object whose fields follow its workflow: a status, a number for a status, and the place of the run."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=100)
    amount = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    rank = models.IntegerField(default=0)
    stage = models.CharField(max_length=20, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return self.title


class Term(models.Model):
    """One time that somebody sat in a team: a person may have several, so a role leads to them several times."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="terms")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class ProtectedField(models.CharField):
    """A state that only a transition may write, as django-fsm has it."""

    protected = True


class Invoice(models.Model):
    """An object whose key is its number, which may be given to another one after a deletion."""

    number = models.CharField(max_length=20, primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    status = models.CharField(max_length=8, default="draft")
    stage = models.CharField(max_length=40, blank=True)
    state = ProtectedField(max_length=20, default="new")
    code = models.CharField(max_length=20, unique=True, null=True)  # noqa: DJ001 - unique where there is one
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return self.number


class LateInvoice(Invoice):
    """The same rows under another name, as projects have them for an admin or a manager of their own."""

    class Meta:
        proxy = True


class Parcel(models.Model):
    """An object whose model, and not its fields, says what they hold."""

    phase = models.CharField(max_length=20, default="packed")
    shelf = models.CharField(max_length=40)
    place = models.CharField(max_length=40)
    seal = models.BinaryField(default=b"", editable=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(phase__in=["packed", "sent"]), name="parcel_phase"),
            models.UniqueConstraint(fields=["shelf"], name="parcel_shelf_once"),
        ]
        unique_together = [["place"]]

    def __str__(self) -> str:
        return self.shelf


class Voucher(models.Model):
    """An object whose key is a text in which every character counts, as those of shortened addresses."""

    code = ExactCharField(max_length=20, primary_key=True)
    status = models.CharField(max_length=8, default="draft")

    def __str__(self) -> str:
        return self.code


class Claim(models.Model):
    """An object with a field of every kind that a condition may look at, each of which may be empty."""

    class Kind(models.TextChoices):
        TRAVEL = "travel", "Travel"
        MEAL = "meal", "Meal"

    note = models.TextField(blank=True, null=True)  # noqa: DJ001 - what is missing is not what is empty
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    days = models.IntegerField(null=True)
    ratio = models.FloatField(null=True)
    urgent = models.BooleanField(null=True)
    due = models.DateField(null=True)
    seen_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True, null=True)  # noqa: DJ001
    level = models.IntegerField(choices=[(1, "Low"), (2, "High")], null=True)
    password = models.CharField(max_length=20, default="secret")
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return f"Claim {self.pk}"
