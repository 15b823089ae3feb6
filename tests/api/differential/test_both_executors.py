"""Plans and graphql-core alone give the same bytes, whatever is asked, by whomever, and whatever goes wrong."""

from __future__ import annotations

import logging
import os
from collections import Counter
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAttachment
from django_workflow_engine.models.steps import Step
from gql_workflows.ids import global_id
from tests.api.differential.asking import answer
from tests.api.differential.comparing import same
from tests.api.differential.faults import FAULTS, fault
from tests.api.differential.operations import Maker, Operation
from tests.api.statements.world import World
from tests.clock import at
from tests.factories import UserFactory

PARTS = min(50, int(os.environ.get("ROUNDS", "5")))  # of which `make soak` runs them all: 3,000 operations
OPERATIONS = 60  # of each part
SEED = int(os.environ.get("SEED", "1"))
LIMITS: list[dict[str, int]] = [*[{}] * 12, {"VALUES": 40}, {"VALUES": 300}, {"BYTES": 3_000}, {"FIELDS": 12}]
_MODELS: dict[str, Any] = {
    "Workflow": WorkFlow,
    "WorkflowAttachment": WorkflowAttachment,
    "ApprovalStep": Step,
    "User": User,
    "Stage": Stage,
    "Pipeline": Pipeline,
}


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    return World()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_operation_is_answered_with_the_same_bytes(
    world: World, caplog: pytest.LogCaptureFixture, part: int
) -> None:
    caplog.set_level(logging.CRITICAL)
    ids = {name: [global_id(name, pk) for pk in _some_keys(model)] for name, model in _MODELS.items()}
    viewers = [*[world.viewer] * 8, world.templates[0].company, UserFactory(), None]
    statuses: Counter[Any] = Counter()
    for number in range(part * OPERATIONS, (part + 1) * OPERATIONS):
        random = Random(f"{SEED}/{number}")  # it decides what is tried, and nothing secret
        operation = Maker(random, ids).operation()
        statuses[_compared(random, operation, viewers)] += 1
    assert statuses["data"] > OPERATIONS / 3, statuses
    assert statuses["data and errors"] > 0, statuses
    assert statuses["errors"] > 0, statuses


def _compared(random: Random, operation: Operation, viewers: list[Any]) -> str:
    """What kind of answer both give, the same of both."""
    viewer, limits = random.choice(viewers), random.choice(LIMITS)
    name = random.choice(["none", *FAULTS])
    with fault(name), at(timezone.now()):  # the time of a statistic ends now
        planned = answer(operation, viewer, plans=True, limits=limits)
        ordinary = answer(operation, viewer, plans=False, limits=limits)
    asked = f"{name}, {limits}, {viewer}, {operation.document}, {operation.variables}"
    assert same(planned, ordinary), f"{asked}\n{planned}\n{ordinary}"
    told = [word for word, found in (("data", b'"data":{'), ("errors", b'"errors":[')) if found in planned[1]]
    return " and ".join(told)


def _some_keys(model: Any) -> list[Any]:
    return list(model.objects.order_by("pk").values_list("pk", flat=True)[:12])
