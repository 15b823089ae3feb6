"""Rows for tests, in the words of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import factory
from django.contrib.auth.models import Group, User
from django.db.models import Model

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import create_workflow
from tests.testapp.models import Document

Approvals = Sequence[dict[str, Any]]
STRATEGIES = tuple(WorkflowStrategy)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user-{n}")


class DocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Document

    title = factory.Sequence(lambda n: f"Document {n}")


def group_of(*users: User, name: str | None = None) -> Group:
    """A role that these users hold."""
    group = Group.objects.create(name=name or f"group-{Group.objects.count() + 1}")
    group.user_set.add(*users)
    return group


def by_user(user: User) -> dict[str, Any]:
    return {"approval_type": "user", "approval_user": user.pk}


def by_role(role: Model, strategy: str = "anyone") -> dict[str, Any]:
    return {"approval_type": "role", "user_role": role.pk, "role_selection_strategy": strategy}


def by_self() -> dict[str, Any]:
    return {"approval_type": "self-approved"}


def spec_for(strategy: WorkflowStrategy, positions: Sequence[Approvals], **fields: Any) -> WorkflowSpec:
    """A template of this strategy with these approvals at its positions.

    Strategy 1 puts two stages into a pipeline; strategy 3 has one position only.
    """
    fields = {"name_en": "Purchase approval", "strategy": strategy} | fields
    if strategy == WorkflowStrategy.WORKFLOW_ONLY:
        (approvals,) = positions
        return WorkflowSpec(**fields, approvals=approvals)
    if strategy == WorkflowStrategy.WORKFLOW_PIPELINE:
        pipelines = [PipelineSpec(name_en=f"Pipeline {n}", approvals=at) for n, at in enumerate(positions, 1)]
        return WorkflowSpec(**fields, pipelines=pipelines)
    stages = [StageSpec(name_en=f"Stage {n}", approvals=at) for n, at in enumerate(positions, 1)]
    pairs = [stages[start : start + 2] for start in range(0, len(stages), 2)]
    pipelines = [PipelineSpec(name_en=f"Pipeline {n}", stages=pair) for n, pair in enumerate(pairs, 1)]
    return WorkflowSpec(**fields, pipelines=pipelines)


def template_for(strategy: WorkflowStrategy, positions: Sequence[Approvals], **fields: Any) -> WorkFlow:
    """The template of `spec_for`, stored."""
    return create_workflow(spec=spec_for(strategy, positions, **fields))
