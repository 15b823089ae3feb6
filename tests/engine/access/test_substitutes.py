"""Who acts in somebody's place takes part in the run from then on: the rows say so, and follow from the run."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from django_workflow_engine.models import RunParticipation
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    claim_step,
    create_substitution,
    delegate_step,
    end_substitution,
    reject_step,
    release_step,
    request_changes,
    resubmit,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import attachment_of, seat
from tests.testapp.models import Document

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]


def delegated(key: Any, actor: User) -> None:
    delegate_step(step_id=key, actor=actor, user_id=UserFactory().pk)


def claimed_and_released(key: Any, actor: User) -> None:
    claim_step(step_id=key, actor=actor)
    release_step(step_id=key, actor=actor)


ACTS: dict[str, Callable[[Any, User], Any]] = {
    "approves": lambda key, actor: approve_step(step_id=key, actor=actor),
    "rejects": lambda key, actor: reject_step(step_id=key, actor=actor, reason="No"),
    "delegates": delegated,
    "claims": lambda key, actor: claim_step(step_id=key, actor=actor),
    "releases": claimed_and_released,
    "asks for changes": lambda key, actor: request_changes(step_id=key, actor=actor, reason="More"),
}


def nothing_differs(user: User, document: Document) -> bool:
    """Whether the user takes part in the run, and what the run itself says is the same."""
    told = StringIO()
    call_command("rebuild_workflow_access", "--check", stdout=told)
    rows = RunParticipation.objects.filter(attachment=attachment_of(document), principal=f"user:{user.pk}")
    return rows.exists() and "nothing differs" in told.getvalue()


@pytest.mark.parametrize("act", ACTS)
def test_whoever_decides_takes_part(strategy: Any, act: str) -> None:
    person, substitute, document = UserFactory(), UserFactory(), DocumentFactory()
    role = by_role(group_of(person, UserFactory()))
    attach_workflow_to_object(document, template_for(strategy, [[role]]), user=UserFactory())
    away = create_substitution(actor=person, substitute_id=substitute.pk)
    ACTS[act](seat(document, person).pk, substitute)
    end_substitution(id=away.pk, actor=person)
    assert nothing_differs(substitute, document)


def test_whoever_checks_in_takes_part(strategy: Any) -> None:
    person, substitute, document = UserFactory(), UserFactory(), DocumentFactory()
    approval = by_user(person) | {"step_approval_type": "check_in_verify"}
    attach_workflow_to_object(document, template_for(strategy, [[approval]]), user=UserFactory())
    create_substitution(actor=person, substitute_id=substitute.pk)
    approve_step(step_id=seat(document, person).pk, actor=substitute)
    assert nothing_differs(substitute, document)


def test_whoever_sends_again_takes_part(strategy: Any) -> None:
    person, boss, substitute = UserFactory.create_batch(3)
    document = DocumentFactory(created_by=person)
    attach_workflow_to_object(document, template_for(strategy, [[by_user(boss)]]), user=person)
    request_changes(step_id=seat(document, boss).pk, actor=boss, reason="More")
    create_substitution(actor=person, substitute_id=substitute.pk)
    resubmit(attachment_id=attachment_of(document).pk, actor=substitute)
    assert nothing_differs(substitute, document)
