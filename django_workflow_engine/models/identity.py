"""What a template and its parts are known by in every database: an identity that no installation counts for itself."""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

IdentifiedRow = TypeVar("IdentifiedRow", bound=models.Model)


class IdentifiedQuerySet(models.QuerySet[IdentifiedRow]):
    """Rows that have an identity beside their key."""

    def get_by_natural_key(self, identity: str) -> IdentifiedRow:
        """The row with this identity, for `loaddata`; raises DoesNotExist."""
        return self.get(uuid=identity)


class Identified(models.Model):
    """A row that is the same one in another database, whatever its key is there."""

    uuid = models.UUIDField(_("identity"), default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["uuid"], name="%(class)s_identity_once")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row; a stored one whose key was taken away, as Django's way of copying has it, is another one."""
        if self.pk is None and self._state.db is not None:
            self.uuid = uuid.uuid4()
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str]:
        """The identity as text, whatever the row's key is in this database."""
        return (str(self.uuid),)


def identity_within(whole: uuid.UUID, name: object) -> uuid.UUID:
    """The identity of what is determined by the identity of a whole and a name in it: the same in every database.

    Of a frozen version these are its template and the fingerprint of its content; of a part of one, the version (or the
    part above) and the identity of the template's part. Who freezes the same content elsewhere makes the same version.
    """
    return uuid.uuid5(whole, str(name))
