"""How a mutation is made: one input, one verb, one payload; refusals are data."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import strawberry

from django_workflow_engine.errors import MissingPermission, WorkflowError
from gql_workflows.rules import RULE, Rule, guarded
from gql_workflows.types.payloads import user_errors


def workflow_mutation(
    payload: Any,
    *,
    description: str,
    rule: Rule = Rule.SIGNED_IN,
    on_refusal: Callable[[WorkflowError], dict[str, Any]] = lambda error: {},
) -> Callable[[Callable[..., Any]], Any]:
    """Make a mutation of a synchronous function that returns a payload.

    What the engine refuses becomes the payload's errors, together with what `on_refusal` takes from the error.
    A missing model permission stays an error of the whole request.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        @functools.wraps(function)
        def resolve(**kwargs: Any) -> Any:
            kwargs["info"].context.forget()  # what the mutation before this one in the document has read
            try:
                return function(**kwargs)
            except MissingPermission:
                raise
            except WorkflowError as error:
                return payload(errors=user_errors(error), **on_refusal(error))

        return strawberry.mutation(resolver=guarded(rule, resolve), description=description, metadata={RULE: rule})

    return decorate
