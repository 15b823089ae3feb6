"""How refusals reach clients: as data in payloads, or at the top level with a code."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from graphql import DocumentNode, GraphQLError, Node, OperationDefinitionNode
from strawberry.extensions import SchemaExtension

from django_workflow_engine.errors import MissingPermission, WorkflowError

logger = logging.getLogger(__name__)

# graphql-core still suggests names of arguments, types and enum values when field suggestions are switched off
_SUGGESTION: Final = re.compile(r" Did you mean .*\?", re.DOTALL)


class ApiError(GraphQLError):
    """A top-level error; `extensions.code` says which."""

    code = "INTERNAL"

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": self.code})


class Unauthenticated(ApiError):
    """The request comes from nobody who is signed in."""

    code = "UNAUTHENTICATED"


class PermissionMissing(ApiError):
    """A model permission is missing."""

    code = "FORBIDDEN"


class BadUserInput(ApiError):
    """An argument that cannot be used."""

    code = "BAD_USER_INPUT"


class OneOperation(SchemaExtension):
    """Refuses a document of several operations unless the request names the one to run."""

    def on_validate(self) -> Any:
        context = self.execution_context
        operations = [] if context.graphql_document is None else list(_operations(context.graphql_document))
        # `operation_name` would be the first one's where the request names none
        if context._provided_operation_name is None and len(operations) > 1:
            message = _("Name the operation to run: the document has several.")
            context.pre_execution_errors = [GraphQLError(message, nodes=operations)]
        yield


def _operations(document: DocumentNode) -> Iterator[Node]:
    return (node for node in document.definitions if isinstance(node, OperationDefinitionNode))


class Errors(SchemaExtension):
    """Gives every top-level error a code; what nobody expected is masked, and logged with an id."""

    def on_operation(self) -> Any:
        yield
        result = self.execution_context.result
        errors = getattr(result, "errors", None)
        if result is not None and errors:
            result.errors = [present(error) for error in errors]


def present(error: GraphQLError) -> GraphQLError:
    """The error as a client may see it: with a code, and without a word of Python."""
    if (error.extensions or {}).get("code"):
        return error
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if cause is None or isinstance(cause, GraphQLError):
        code, message = "BAD_USER_INPUT", _without_python(error.message)
        if isinstance(cause, ApiError):
            code = cause.code
    elif isinstance(cause, MissingPermission):
        code, message = "FORBIDDEN", cause.message
    elif isinstance(cause, WorkflowError):
        code, message = cause.code.value, cause.message
    else:
        return _masked(error, cause)
    return _with_extensions(error, message, {"code": code})


def _without_python(message: str) -> str:
    """The message without suggestions and without the representation of a Python object."""
    message = _SUGGESTION.sub("", message)
    return _("A value is not of the type that is expected here.") if "StrawberryEnumDefinition" in message else message


def _masked(error: GraphQLError, cause: BaseException) -> GraphQLError:
    identifier = uuid.uuid4().hex
    logger.error("Unexpected error %s at %s", identifier, error.path, exc_info=cause)
    return _with_extensions(error, _("An unexpected error occurred."), {"code": "INTERNAL", "id": identifier})


def _with_extensions(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(message, nodes=error.nodes, path=error.path, extensions=extensions)
