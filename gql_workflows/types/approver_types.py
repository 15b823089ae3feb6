"""The project's approver types, as whoever edits templates has to know them."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON

from django_workflow_engine.definitions.approval_keys import Parameter
from django_workflow_engine.definitions.approver_types import ApproverType as Type
from gql_workflows.types import enums


@strawberry.type(description="A value that a parameter of an approver type can have.")
class ApproverParameterChoice:
    """One choice."""

    value: JSON = strawberry.field(description="What to send.")
    label: str = strawberry.field(description="The value in the language of the request.")


@strawberry.type(description="What a CUSTOM approval has to say to its approver type: a key of its parameters.")
class ApproverParameter:
    """One parameter."""

    name: str = strawberry.field(description="The key within parameters.")
    label: str = strawberry.field(description="A name for people, in the language of the request.")
    description: str = strawberry.field(description="What it means, in a sentence.")
    kind: enums.ParameterKind = strawberry.field(description="What JSON it takes.")
    is_required: bool = strawberry.field(description="Whether an approval without it is refused.")
    choices: list[ApproverParameterChoice] = strawberry.field(description="Of CHOICE: the values; else empty.")

    @classmethod
    def of(cls, name: str, parameter: Parameter) -> ApproverParameter:
        """The parameter as clients see it."""
        choices = () if parameter.choices is None else parameter.choices  # its members: the empty choice is none
        return cls(
            name=name,
            label=str(parameter.label),
            description=parameter.described(parameter.created),
            kind=parameter.kind,
            is_required=parameter.required,
            choices=[ApproverParameterChoice(value=choice.value, label=str(choice.label)) for choice in choices],
        )


@strawberry.type(description="A way of the project to find who decides: an approval with the type CUSTOM names it.")
class CustomApprover:
    """One approver type that the project registered."""

    name: str = strawberry.field(description="What customType takes.")
    label: str = strawberry.field(description="A name for people, in the language of the request.")
    sharing: enums.RoleSelectionStrategy = strawberry.field(
        description="How several people share the approval: ANYONE, CONSENSUS or MAJORITY."
    )
    parameters: list[ApproverParameter] = strawberry.field(description="What an approval says beside the name.")

    @classmethod
    def of(cls, found: type[Type]) -> CustomApprover:
        """The type as clients see it."""
        parameters = [ApproverParameter.of(name, parameter) for name, parameter in found.parameters.items()]
        return cls(name=found.name, label=str(found.label), sharing=found.sharing, parameters=parameters)
