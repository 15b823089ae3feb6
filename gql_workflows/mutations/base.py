"""How a mutation is made: one input, one verb, one payload; refusals are data."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from django_workflow_engine.errors import MissingPermission, WorkflowError
from gql_workflows.idempotency import once
from gql_workflows.inputs.absent import given
from gql_workflows.limits.prices import PRICE, USUAL, Price
from gql_workflows.rules import RULE, AnyRule, Rule, guarded
from gql_workflows.types.payloads import user_errors

IdempotencyKey = Annotated[
    str | None,
    strawberry.argument(
        description="A text of your choosing, at most 255 characters: sent again with the same input, it gives the "
        "same answer and has no second effect; with another input it is a CONFLICT. A request that was refused changed "
        "nothing and leaves its key unused."
    ),
]
Resolver = Callable[..., Any]


def workflow_mutation(
    payload: Any,
    *,
    description: str,
    rule: AnyRule = Rule.SIGNED_IN,
    repeatable: bool = True,
    price: Price = USUAL,
    on_refusal: Callable[[WorkflowError], dict[str, Any]] = lambda error: {},
) -> Callable[[Resolver], Any]:
    """Make a mutation of a synchronous function that returns a payload.

    What the engine refuses becomes the payload's errors, together with what `on_refusal` takes from the error.
    A missing model permission stays an error of the whole request. A `repeatable` mutation takes an idempotency key.
    Its `price` counts in the cost of a document.
    """

    def decorate(function: Resolver) -> Any:
        resolver = refusals_as_data(payload, on_refusal, function)
        if repeatable:
            resolver = refusals_as_data(payload, on_refusal, carried_out_once(payload, resolver))
        return strawberry.mutation(
            resolver=guarded(rule, read_anew(resolver)), description=description, metadata={RULE: rule, PRICE: price}
        )

    return decorate


def refusals_as_data(payload: Any, on_refusal: Callable[[WorkflowError], dict[str, Any]], function: Resolver) -> Any:
    """The function, answering with a payload whatever the engine says."""

    @functools.wraps(function)
    def resolve(**kwargs: Any) -> Any:
        try:
            return function(**kwargs)
        except MissingPermission:
            raise
        except WorkflowError as error:
            return payload(errors=user_errors(error), **on_refusal(error))

    return resolve


def carried_out_once(payload: Any, function: Resolver) -> Resolver:
    """The function with one more argument, the idempotency key."""

    @functools.wraps(function)
    def resolve(*, info: Any, idempotency_key: Any = UNSET, **kwargs: Any) -> Any:
        key = given(idempotency_key)
        if key is None:
            return function(info=info, **kwargs)
        return once(
            info.context,
            mutation=info.field_name,
            key=key,
            given=kwargs,
            payload=payload,
            carry_out=lambda: function(info=info, **kwargs),
        )

    signature = inspect.signature(function)
    argument = inspect.Parameter(
        "idempotency_key", inspect.Parameter.KEYWORD_ONLY, default=UNSET, annotation=IdempotencyKey
    )
    resolve.__signature__ = signature.replace(  # type: ignore[attr-defined]  # what strawberry reads the arguments from
        parameters=[*signature.parameters.values(), argument]
    )
    return resolve


def read_anew(function: Resolver) -> Resolver:
    """The function, after dropping what the mutation before it in the document has loaded."""

    @functools.wraps(function)
    def resolve(**kwargs: Any) -> Any:
        kwargs["info"].context.forget()
        return function(**kwargs)

    return resolve
