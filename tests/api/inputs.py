"""Inputs for the API, in the shape of the three strategies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models import Model

from django_workflow_engine.choices import WorkflowStrategy
from gql_workflows.ids import global_id

Approvals = Sequence[dict[str, Any]]


def by_role(role: Group, strategy: str = "ANYONE") -> dict[str, Any]:
    return {"approvalType": "ROLE", "userRole": global_id("Role", role.pk), "roleSelectionStrategy": strategy}


def by_user(user: User) -> dict[str, Any]:
    return {"approvalType": "USER", "approvalUser": global_id("User", user.pk)}


def template_input(strategy: WorkflowStrategy, positions: Sequence[Approvals], **fields: Any) -> dict[str, Any]:
    """A template with these approvals at its positions; strategy 1 has two stages to a pipeline."""
    fields = {"nameEn": "Purchase approval", "strategy": strategy.name} | fields
    if strategy == WorkflowStrategy.WORKFLOW_ONLY:
        return fields | {"approvals": positions[0]}
    if strategy == WorkflowStrategy.WORKFLOW_PIPELINE:
        return fields | {"pipelines": [{"nameEn": f"Pipeline {n}", "approvals": a} for n, a in enumerate(positions, 1)]}
    stages = [{"nameEn": f"Stage {n}", "approvals": a} for n, a in enumerate(positions, 1)]
    pairs = [stages[start : start + 2] for start in range(0, len(stages), 2)]
    return fields | {"pipelines": [{"nameEn": f"Pipeline {n}", "stages": pair} for n, pair in enumerate(pairs, 1)]}


def target_of(obj: Model) -> dict[str, str]:
    return {"model": obj._meta.label, "id": str(obj.pk)}


def attach_input(template: Model, obj: Model, **fields: Any) -> dict[str, Any]:
    return {"workflowId": global_id("Workflow", template.pk), "target": target_of(obj)} | fields
