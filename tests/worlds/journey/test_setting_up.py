"""Django itself finds nothing wrong with the project."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.core.management import call_command


def test_no_check_complains() -> None:
    assert [found for found in run_checks() if found.level >= 30] == []


@pytest.mark.django_db
def test_the_models_and_the_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
