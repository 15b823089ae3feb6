"""People and objects that the API's tests share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from django_workflow_engine.models import WorkFlow
from tests.client import Api
from tests.factories import DocumentFactory, UserFactory, by_role, group_of, template_for
from tests.testapp.models import Document


@dataclass(frozen=True, kw_only=True)
class Office:
    """An owner of a document, two members of a role that decide, and somebody who has nothing to do with it."""

    owner: User
    members: list[User]
    role: Group
    stranger: User
    document: Document

    def template(self, strategy: Any, positions: int = 3, **fields: Any) -> WorkFlow:
        """A template of everybody's, whose positions the role decides."""
        count = 1 if strategy == 3 else positions
        return template_for(strategy, [[by_role(self.role)]] * count, **fields)


@pytest.fixture
def office(db: None) -> Office:
    owner, first, second, stranger = (UserFactory(username=name) for name in ("olga", "mona", "milo", "stan"))
    return Office(
        owner=owner,
        members=[first, second],
        role=group_of(first, second, name="Managers"),
        stranger=stranger,
        document=DocumentFactory(title="Chairs", created_by=owner),
    )


@pytest.fixture
def owner(office: Office) -> Api:
    return Api(office.owner)


@pytest.fixture
def member(office: Office) -> Api:
    return Api(office.members[0])


@pytest.fixture
def stranger(office: Office) -> Api:
    return Api(office.stranger)
