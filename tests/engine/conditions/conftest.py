"""Fixtures of conditions: claims take workflows, and some of what stands behind their foreign keys may be looked at."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import UserFactory

FIELDS = ["team", "team.name", "created_by.username"]


@pytest.fixture(autouse=True)
def claims_take_workflows(settings: Any) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = {
        **settings.DJANGO_WORKFLOW_ENGINE,
        "ENABLED_MODELS": [*settings.DJANGO_WORKFLOW_ENGINE["ENABLED_MODELS"], "testapp.Claim"],
        "CONDITION_FIELDS": {"testapp.Claim": FIELDS},
    }


@pytest.fixture
def boss(db: None) -> User:
    user: User = UserFactory()
    return user
