"""The schema: the roots together, with what watches over every request."""

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaxTokensLimiter
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from gql_workflows.conf import MAX_TOKENS
from gql_workflows.errors import Errors, OneOperation
from gql_workflows.mutations import Mutation
from gql_workflows.queries import Query
from gql_workflows.rules import refuse_unruled

refuse_unruled(Query, Mutation)


class Schema(strawberry.Schema):
    """A schema that logs what nobody expected, and not what a client got wrong."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Leave the logging to the Errors extension."""


schema = Schema(
    query=Query,
    mutation=Mutation,
    extensions=[Errors, OneOperation, lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS)],
    config=StrawberryConfig(disable_field_suggestions=True),
)
