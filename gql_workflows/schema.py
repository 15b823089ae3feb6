"""The schema: the roots together, with what watches over every request."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import strawberry
from graphql import GraphQLError
from strawberry.exceptions import DuplicatedTypeName
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.base_scalars import DateTimeDefinition
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.graphql import OperationType

from gql_workflows import conf
from gql_workflows.documents.cache import DocumentCache
from gql_workflows.documents.operation_name import OperationNameRequired
from gql_workflows.documents.suggestions import spare_enums
from gql_workflows.errors import Errors
from gql_workflows.execution.executor import PlanningExecutor
from gql_workflows.execution.reading import ReadsWhatItWrote
from gql_workflows.limits import Limits
from gql_workflows.mutations import Mutation
from gql_workflows.queries import Query
from gql_workflows.rules import check_all_ruled
from gql_workflows.scalars.moments import with_offset
from gql_workflows.subscriptions.fields import Subscription
from gql_workflows.subscriptions.results import StreamedResults
from gql_workflows.type_names import OwnNames, told

_EXTENSIONS: Final = (Errors, StreamedResults, Limits, OperationNameRequired, ReadsWhatItWrote)
_MOMENT: Final = replace(DateTimeDefinition, serialize=with_offset)


class Schema(strawberry.Schema):
    """A schema that logs what nobody expected, and not what a client got wrong."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        spare_enums(self._schema)

    async def execute(  # type: ignore[override]  # the library passes all but the document by name
        self, query: str | None, *, allowed_operation_types: Iterable[OperationType] | None = None, **options: Any
    ) -> ExecutionResult:
        """Run one query or mutation; a subscription is a stream."""
        allowed = set(allowed_operation_types or OperationType) - {OperationType.SUBSCRIPTION}
        return await super().execute(query, allowed_operation_types=allowed, **options)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Leave the logging to the Errors extension."""


def make_schema(
    *,
    query: type = Query,
    mutation: type = Mutation,
    subscription: type = Subscription,
    extensions: Sequence[Any] = (),
    types: Sequence[type] = (),
) -> Schema:
    """The schema of these roots, with all that watches over the API's requests.

    A project gives roots of its own that inherit from ours; its extensions come after ours, inside of them. Raises
    ImproperlyConfigured where a type of the project has the name of one of ours, or a root has a field without a rule.
    """
    check_all_ruled(query, mutation, subscription)
    names = OwnNames(conf.type_prefix(), roots=(query, mutation, subscription))
    try:
        return Schema(
            query=query,
            mutation=mutation,
            subscription=subscription,
            extensions=[
                Errors,
                StreamedResults,
                Limits,
                OperationNameRequired,
                ReadsWhatItWrote,
                *extensions,
                DocumentCache,
            ],
            types=types,
            execution_context_class=PlanningExecutor,
            config=StrawberryConfig(scalar_map={datetime: _MOMENT}, name_converter=names),
        )
    except DuplicatedTypeName as error:
        raise told(error) from error


schema = make_schema()
