"""Every key is a UUID: of users, roles, departments, forms and objects."""

import uuid

from tests.worlds.keyed import *  # noqa: F403
from tests.worlds.keyed import keyed_models


def models():
    from django.db.models import UUIDField

    keyed_models(lambda: UUIDField(primary_key=True, default=uuid.uuid4))
