"""The company of the machine, made once for all examples of a test."""

from __future__ import annotations

import pytest

from tests.clock import at
from tests.people_and_time.company import Company
from tests.people_and_time.machine import BEGIN, Machine


@pytest.fixture
def company(db: None, settings: object, monkeypatch: pytest.MonkeyPatch) -> Company:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"  # type: ignore[attr-defined]
    with at(BEGIN):
        made = Company()
    monkeypatch.setattr(Machine, "company", made, raising=False)
    return made
