"""How a mutation is made: one input, one verb, one payload; refusals are data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeAlias

import strawberry
from strawberry import UNSET
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from django_workflow_engine.errors import MissingPermission, WorkflowError
from gql_workflows.idempotency import once
from gql_workflows.limits.prices import PRICE, USUAL, Price
from gql_workflows.rules import AnyRule, MakesField, Rule, RuledInThread
from gql_workflows.scalars.absent import given
from gql_workflows.types.payloads import user_errors

IdempotencyKey = Annotated[
    str | None,
    strawberry.argument(
        description="A text of your choosing, at most 255 characters: sent again with the same input, it gives the "
        "same answer and has no second effect; with another input it is a CONFLICT. A request that was refused changed "
        "nothing and leaves its key unused."
    ),
]
Resolver: TypeAlias = Callable[..., Any]
OnRefusal: TypeAlias = Callable[[WorkflowError], dict[str, Any]]


def workflow_mutation(
    payload: Any,
    *,
    description: str,
    rule: AnyRule = Rule.SIGNED_IN,
    repeatable: bool = True,
    price: Price = USUAL,
    on_refusal: OnRefusal = lambda error: {},
) -> MakesField:
    """Make a mutation of a synchronous function that returns a payload.

    What the engine refuses becomes the payload's errors, together with what `on_refusal` takes from the error.
    A missing model permission stays an error of the whole request. A `repeatable` mutation takes an idempotency key.
    Its `price` counts in the cost of a document.
    """
    refusals = RefusalsAsData(payload, on_refusal)
    inner = [refusals, CarriedOutOnce(payload), refusals] if repeatable else [refusals]

    def decorate(function: Resolver) -> StrawberryField:
        return strawberry.mutation(
            function,
            description=description,
            extensions=[*inner, ReadAnew(), RuledInThread(rule)],  # from the function outwards
            metadata={PRICE: price},
        )

    return decorate


class RefusalsAsData(FieldExtension):
    """Answers with a payload whatever the engine says."""

    def __init__(self, payload: Any, on_refusal: OnRefusal) -> None:
        self._payload, self._on_refusal = payload, on_refusal

    def resolve(self, next_: Resolver, source: Any, info: Any, **arguments: Any) -> Any:
        """The payload; raises MissingPermission."""
        try:
            return next_(source, info, **arguments)
        except MissingPermission:
            raise
        except WorkflowError as error:
            return self._payload(errors=user_errors(error), **self._on_refusal(error))


class CarriedOutOnce(FieldExtension):
    """Takes one more argument, the idempotency key: what was carried out with it is answered again, not done again."""

    def __init__(self, payload: Any) -> None:
        self._payload = payload

    def apply(self, field: StrawberryField) -> None:
        """Add the argument; a field may be part of several schemas."""
        if all(argument.python_name != _KEY for argument in field.arguments):
            annotation = StrawberryAnnotation(IdempotencyKey)
            field.arguments = [*field.arguments, StrawberryArgument(_KEY, None, annotation, default=UNSET)]

    def resolve(
        self, next_: Resolver, source: Any, info: Any, *, idempotency_key: Any = UNSET, **arguments: Any
    ) -> Any:
        """The payload, of this call or of the one before it."""
        key = given(idempotency_key)
        if key is None:
            return next_(source, info, **arguments)
        return once(
            info.context,
            mutation=info.field_name,
            key=key,
            given=arguments,
            payload=self._payload,
            carry_out=lambda: next_(source, info, **arguments),
        )


class ReadAnew(FieldExtension):
    """Drops what the mutation before it in the document has loaded."""

    def resolve(self, next_: Resolver, source: Any, info: Any, **arguments: Any) -> Any:
        """What the field gives."""
        info.context.forget()
        return next_(source, info, **arguments)


_KEY: Final = "idempotency_key"
