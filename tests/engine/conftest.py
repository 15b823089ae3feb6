"""Fixtures of the engine's tests."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def empty_cache():
    """The approval package keeps flows by their object in the cache, and objects of other tests have the same keys."""
    cache.clear()
