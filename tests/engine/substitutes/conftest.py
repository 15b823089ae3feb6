"""People, a run, and the hours of a holiday."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from django_workflow_engine.models import Substitution
from django_workflow_engine.services import attach_workflow_to_object, create_substitution
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.testapp.models import Document


@dataclass
class Holiday:
    """Somebody who is away from now on for a day, and others."""

    person: User = field(default_factory=lambda: UserFactory(username="paula"))
    substitute: User = field(default_factory=lambda: UserFactory(username="sam"))
    other: User = field(default_factory=lambda: UserFactory(username="omar"))
    start: datetime = field(default_factory=timezone.now)

    @property
    def end(self) -> datetime:
        return self.start + timedelta(days=1)

    def stand_in(self, substitute: User, person: User, **given: Any) -> Substitution:
        """Let somebody stand in for a person during the holiday, unless other times are named."""
        times = {"starts_at": self.start, "ends_at": self.end, **given}
        return create_substitution(actor=person, substitute_id=substitute.pk, **times)

    def run(self, strategy: Any, *positions: Any, **fields: Any) -> Document:
        """A run that asks the person first, unless other positions are named."""
        document: Document = DocumentFactory()
        template = template_for(strategy, positions or [[by_user(self.person)]], **fields)
        attach_workflow_to_object(document, template, user=UserFactory())
        return document


@pytest.fixture
def holiday(db: None) -> Holiday:
    return Holiday()


@pytest.fixture
def away(holiday: Holiday) -> Callable[..., Substitution]:
    """Let the substitute stand in for the person."""
    return lambda **given: holiday.stand_in(holiday.substitute, holiday.person, **given)
