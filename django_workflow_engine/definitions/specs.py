"""What a caller asks for when a template, or a part of one, is created."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from django_workflow_engine.choices import WorkflowStatus, WorkflowStrategy
from django_workflow_engine.definitions import readers
from django_workflow_engine.definitions.declared import Declared, Home, Kind
from django_workflow_engine.definitions.parts import ActionFields, PipelineFields, StageFields, WorkflowFields


def _approvals_of(strategy: WorkflowStrategy) -> Declared:
    """The approvals of the level where this strategy asks, in the form that the level's info object stores."""
    return Declared(
        kind=Kind.APPROVALS,
        read=readers.read_approvals,
        label=_("Approvals"),
        description=f"What is asked here, in order (strategy {strategy.name} only)",
        rule="at most 20",
        changed="all of it, in place of what was asked before; []: nothing",
        home=Home.INFO,
        usual=(),
    )


@dataclass(frozen=True, kw_only=True)
class ActionSpec(ActionFields):
    """An action to create; without an order it comes behind the one before it."""


@dataclass(frozen=True, kw_only=True)
class StageSpec(StageFields):
    """A stage to create."""

    approvals: Annotated[Sequence[Mapping[str, Any]], _approvals_of(WorkflowStrategy.WORKFLOW_PIPELINE_STAGE)] = ()
    actions: Sequence[ActionSpec] = ()


@dataclass(frozen=True, kw_only=True)
class PipelineSpec(PipelineFields):
    """A pipeline to create, with its stages or the number of empty ones to make."""

    number_of_stages: Annotated[
        int | None,
        Declared(
            kind=Kind.NUMBER,
            read=readers.read_number_of_stages,
            label=_("number of stages"),
            description="Makes this many empty stages, to be configured later",
            created="not together with stages",
            home=Home.NOWHERE,
            once=True,
        ),
    ] = None
    stages: Sequence[StageSpec] = ()
    approvals: Annotated[Sequence[Mapping[str, Any]], _approvals_of(WorkflowStrategy.WORKFLOW_PIPELINE)] = ()
    actions: Sequence[ActionSpec] = ()


@dataclass(frozen=True, kw_only=True)
class WorkflowSpec(WorkflowFields):
    """A template to create."""

    company_id: Annotated[
        Any,
        Declared(
            kind=Kind.KEY,
            read=readers.read_key,
            label=_("company"),
            help=_("The user that stands for the owning company; empty: everybody's."),
            description="The user that stands for the owning company",
            created="left out: everybody's",
            changed="null: everybody's",
            names="company",
        ),
    ] = None
    status: Annotated[
        WorkflowStatus,
        Declared(
            kind=Kind.CHOICE,
            read=readers.one_of(WorkflowStatus),
            label=_("status"),
            description="Whether it may be attached",
            created="ACTIVE stores DRAFT while the template is not complete",
            changed="ACTIVE needs a complete template: else WORKFLOW_INCOMPLETE",
            choices=WorkflowStatus,
        ),
    ] = WorkflowStatus.ACTIVE
    pipelines: Sequence[PipelineSpec] = ()
    approvals: Annotated[Sequence[Mapping[str, Any]], _approvals_of(WorkflowStrategy.WORKFLOW_ONLY)] = ()
    actions: Sequence[ActionSpec] = ()
