"""What workflows, pipelines, stages and actions hold: each field is declared here, and nowhere else.

The type and the default are those of a new part; `Declared` says the rest. What a spec, a change set, a node of a
tree, a frozen copy, the fingerprint, a serializer, a form of the admin and the API have for the field follows from it.
A value that is stored in a column needs that column in `models` and a migration; one in `Home.INFO` needs neither.

What a class here holds is content: it is frozen, and a run depends on it. What only says how a template is kept, or how
it is made, is declared with the spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from django_workflow_engine.choices import (
    ActionType,
    ApprovalMode,
    DutyRule,
    RejectionRule,
    ResubmissionRule,
    WorkflowStrategy,
)
from django_workflow_engine.definitions import readers
from django_workflow_engine.definitions.bounds import DEFAULT_COLOR
from django_workflow_engine.definitions.conditions.expressions import Expression
from django_workflow_engine.definitions.conditions.reading import read_condition
from django_workflow_engine.definitions.declared import Declared, Home, Kind
from django_workflow_engine.i18n import in_own_language, isolated


def _condition(*, of: str) -> Declared:
    """When the part is asked at all."""
    return Declared(
        kind=Kind.CONDITION,
        read=read_condition,
        label=_("condition"),
        help=_("Empty: always asked. Else asked unless the condition does not hold for the object."),
        description=f"The {of} is skipped where this does not hold for the object",
        created="left out: always asked",
        changed="null takes it away",
        shown="null: always asked",
        home=Home.INFO,
    )


def _order(*, within: str, of: str) -> Declared:
    """The order of a row among its neighbours."""
    return Declared(
        kind=Kind.NUMBER,
        read=readers.read_order,
        label=_("order"),
        help=_("Empty: after the last one."),
        description=f"The place within the {within}, from 0",
        created="left out: behind the one before it",
        changed=f"one that another {of} has is a CONFLICT",
        shown="lower comes first",
    )


@dataclass(frozen=True, kw_only=True)
class NamedFields:
    """A name in each language; the Arabic one may be empty."""

    name_en: Annotated[
        str,
        Declared(
            kind=Kind.TEXT,
            read=readers.read_name,
            label=_("name (English)"),
            description="The English name",
            rule="at most 255 characters",
        ),
    ]
    name_ar: Annotated[
        str,
        Declared(
            kind=Kind.TEXT,
            read=readers.read_optional_name,
            label=_("name (Arabic)"),
            description="The Arabic name",
            rule="at most 255 characters",
            changed="null or empty: none",
            shown="empty where there is none",
        ),
    ] = ""

    @property
    def shown_name(self) -> str:
        """The name in the reader's language, as it is put into a sentence."""
        return isolated(in_own_language(self.name_en, self.name_ar))


@dataclass(frozen=True, kw_only=True)
class AskingFields:
    """How the approvals are asked where a part carries some."""

    approval_mode: Annotated[
        ApprovalMode,
        Declared(
            kind=Kind.CHOICE,
            read=readers.choice_of(ApprovalMode),
            label=_("how approvals are asked"),
            help=_("One after the other, or all at once."),
            description="Whether the approvals are asked one after the other or all at once",
            created="only where the strategy asks for approvals",
            choices=ApprovalMode,
            home=Home.INFO,
            usual=ApprovalMode.SEQUENTIAL,
        ),
    ] = ApprovalMode.SEQUENTIAL
    required_approvals: Annotated[
        int | None,
        Declared(
            kind=Kind.NUMBER,
            read=readers.read_required_approvals,
            label=_("how many approvals are enough"),
            help=_("Of approvals that are asked all at once. Empty: all of them."),
            description="PARALLEL: how many of the approvals complete the position",
            rule="at most as many as there are",
            created="left out: all of them",
            changed="null: all of them",
            shown="null: all of them",
            home=Home.INFO,
        ),
    ] = None
    on_reject: Annotated[
        RejectionRule,
        Declared(
            kind=Kind.CHOICE,
            read=readers.choice_of(RejectionRule),
            label=_("on a rejection"),
            help=_("What a rejection does to the run."),
            description="What a rejection here does to the run",
            created="only where the strategy asks for approvals",
            choices=RejectionRule,
            home=Home.INFO,
            usual=RejectionRule.END,
        ),
    ] = RejectionRule.END


@dataclass(frozen=True, kw_only=True)
class WorkflowFields(NamedFields, AskingFields):
    """What a workflow holds by itself."""

    description: Annotated[
        str,
        Declared(
            kind=Kind.TEXT,
            read=readers.read_text,
            label=_("description"),
            description="What the workflow is for",
            changed="null or empty: nothing is said",
        ),
    ] = ""
    strategy: Annotated[
        WorkflowStrategy,
        Declared(
            kind=Kind.CHOICE,
            read=readers.one_of(WorkflowStrategy),
            label=_("strategy"),
            help=_("The level that carries the approvals."),
            description="The level that carries the approvals",
            created="it never changes",
            once=True,
            choices=WorkflowStrategy,
        ),
    ] = WorkflowStrategy.WORKFLOW_PIPELINE_STAGE
    after_changes: Annotated[
        ResubmissionRule,
        Declared(
            kind=Kind.CHOICE,
            read=readers.choice_of(ResubmissionRule),
            label=_("after changes"),
            help=_("Where a run goes on once the requester has sent it again."),
            description="Where a run goes on once the requester has sent it again",
            choices=ResubmissionRule,
            home=Home.INFO,
            usual=ResubmissionRule.SAME_POSITION,
        ),
    ] = ResubmissionRule.SAME_POSITION
    duty_rules: Annotated[
        tuple[DutyRule, ...],
        Declared(
            kind=Kind.CHOICES,
            read=readers.several_of(DutyRule),
            label=_("duty rules"),
            help=_("Who must not decide, whoever is asked."),
            description="Who must not decide, whoever is asked",
            created="left out: nobody is kept from it",
            changed="null or empty: none",
            shown="empty: nobody is kept from it",
            choices=DutyRule,
            home=Home.INFO,
            usual=(),
        ),
    ] = ()
    completes_unasked: Annotated[
        bool,
        Declared(
            kind=Kind.FLAG,
            read=readers.read_flag,
            label=_("completes unasked"),
            help=_("A run whose every position is skipped completes at once. Else it is refused."),
            description="True: a run whose every position is skipped completes at once; false: it is refused with "
            "NO_APPROVER",
            home=Home.INFO,
            usual=False,
        ),
    ] = False


@dataclass(frozen=True, kw_only=True)
class PipelineFields(NamedFields, AskingFields):
    """What a pipeline holds by itself."""

    order: Annotated[int | None, _order(within="workflow", of="pipeline")] = None
    department_id: Annotated[
        str | None,
        Declared(
            kind=Kind.KEY,
            read=readers.read_text_key,
            label=_("department's key"),
            description="The primary key of the department that the pipeline belongs to",
            changed="null: none",
            names="department",
        ),
    ] = None
    condition: Annotated[Expression | None, _condition(of="pipeline")] = None


@dataclass(frozen=True, kw_only=True)
class StageFields(NamedFields, AskingFields):
    """What a stage holds by itself."""

    order: Annotated[int | None, _order(within="pipeline", of="stage")] = None
    color: Annotated[
        str | None,
        Declared(
            kind=Kind.TEXT,
            read=readers.read_color,
            label=_("colour"),
            help=_("As #rrggbb. Empty: the usual one."),
            description="The colour as #rrggbb",
            changed="null: the usual one",
            home=Home.INFO,
            usual=DEFAULT_COLOR,
            forgiven=True,
        ),
    ] = None
    is_active: Annotated[
        bool,
        Declared(
            kind=Kind.FLAG,
            read=readers.read_flag,
            label=_("active"),
            help=_("An inactive stage is skipped."),
            description="False: runs skip the stage",
        ),
    ] = True
    form_info: Annotated[
        Any,
        Declared(
            kind=Kind.JSON,
            read=readers.read_json,
            label=_("forms"),
            help=_("Free JSON for the client's forms."),
            description="Free JSON for the client's forms",
            changed="null: {}",
        ),
    ] = field(default_factory=dict)
    condition: Annotated[Expression | None, _condition(of="stage")] = None


@dataclass(frozen=True, kw_only=True)
class ActionFields:
    """What an action holds."""

    action_type: Annotated[
        str,
        Declared(
            kind=Kind.CHOICE,
            read=readers.one_of(ActionType),
            label=_("event"),
            description="The event that calls it",
            choices=ActionType,
        ),
    ]
    function_path: Annotated[
        str,
        Declared(
            kind=Kind.TEXT,
            read=readers.read_function_path,
            label=_("function"),
            help=_("Dotted path of the function."),
            description="The dotted path of a function",
            rule="one of registeredActions",
        ),
    ]
    parameters: Annotated[
        Mapping[str, Any] | None,
        Declared(
            kind=Kind.JSON,
            read=readers.read_json_object,
            label=_("parameters"),
            description="A JSON object that the function is given beside the event's own context",
            changed="null: none",
        ),
    ] = None
    order: Annotated[
        int | None,
        Declared(
            kind=Kind.NUMBER,
            read=readers.read_order,
            label=_("order"),
            description="The place among the actions, from 0",
            created="left out: behind the last one",
            shown="actions of one event run in this order",
        ),
    ] = None
    is_active: Annotated[
        bool,
        Declared(
            kind=Kind.FLAG,
            read=readers.read_flag,
            label=_("active"),
            description="False: the event does not call it",
        ),
    ] = True
