"""The admin as an administrator sees it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.engine.admin.pages import Admin


@pytest.fixture
def administrator(db) -> User:
    return User.objects.create_superuser("ada")


@pytest.fixture
def admin(administrator) -> Admin:
    """The pages of the admin, signed in."""
    client = Client()
    client.force_login(administrator)
    return Admin(client)
