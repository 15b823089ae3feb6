"""How refusals reach clients: as data in payloads, or at the top level with a code."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext as _
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.errors import WorkflowError
from gql_workflows.errors import unavailable
from gql_workflows.errors.messages import shortened

logger = logging.getLogger(__name__)

MOST_ERRORS: Final = 100  # of one answer
_PYTHON: Final = re.compile(r"Definition\(| object at 0x|<class |<enum |\b(None|True|False|inf|nan)\b|\{'")
_FOUND: Final = (", found: {", " Found: {")  # behind it stands a variable's value, as Python writes it
_ABORTED: Final = ("Parsing aborted.", "Validation aborted.")  # the library's own limits

_CODES: Final[Mapping[ErrorCode, str]] = {
    ErrorCode.NOT_FOUND: "NOT_FOUND",
    ErrorCode.FORBIDDEN: "FORBIDDEN",
    ErrorCode.NOT_YOUR_STEP: "FORBIDDEN",
    ErrorCode.CONFLICT: "CONFLICT",
    ErrorCode.IN_USE: "CONFLICT",
}


class ApiError(GraphQLError):
    """A top-level error; `extensions.code` says which, and other extensions tell facts about it."""

    code = "INTERNAL"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message, extensions={"code": self.code, **facts})


class Unauthenticated(ApiError):
    """The request comes from nobody who is signed in."""

    code = "UNAUTHENTICATED"


class PermissionMissing(ApiError):
    """A model permission is missing."""

    code = "FORBIDDEN"


class BadUserInput(ApiError):
    """An argument that cannot be used."""

    code = "BAD_USER_INPUT"


class LimitExceeded(ApiError):
    """The request asks for more than a limit allows; its facts are the limit, its value, and what was asked for."""

    code = "LIMIT_EXCEEDED"


class Unavailable(ApiError):
    """The server cannot go on with it now; the same can be asked again a little later."""

    code = unavailable.CODE


def never_ran(answer: Mapping[str, Any]) -> bool:
    """Whether an answer says that the document itself was refused: no data, and no error with a path into it."""
    errors = answer.get("errors") or ()
    return bool(errors) and answer.get("data") is None and not any(error.get("path") for error in errors)


class Errors(SchemaExtension):
    """Gives every top-level error a code; what nobody expected is masked, and logged with an id.

    It comes first in a schema's list, so that it sees what the other extensions raise.
    """

    def on_operation(self) -> Iterator[None]:
        """Present the errors of a query or a mutation, and what broke it off."""
        try:
            yield
        except (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError):
            raise  # the view's: the request names no operation that may be run
        except Exception as error:  # whatever it is, its text is not for clients
            raise present(GraphQLError(str(error), original_error=error)) from error
        result = self.execution_context.result
        if result is not None and result.errors:
            result.errors = public_errors(result.errors)

    def on_stream_result(self, result: Any) -> Iterator[None]:
        """Present the errors of one event of a subscription."""
        if getattr(result, "errors", None):
            result.errors = public_errors(result.errors)
        yield


def public_errors(errors: Iterable[GraphQLError]) -> list[GraphQLError]:
    """The first errors of one result as clients may see them; those that were made so already stay as they are."""
    return [present(error) for error in islice(errors, MOST_ERRORS)]


def present(error: GraphQLError) -> GraphQLError:
    """The error as a client may see it: with a code, short, and without a word of Python.

    Its message may hold all that a client sent, so it is cut before anything looks at it.
    """
    error.message = shortened(error.message)
    if (error.extensions or {}).get("code"):
        return error
    cause = _cause(error)
    if isinstance(cause, WorkflowError):
        return _refused(error, cause)
    if _is_of_the_answer(error):
        return _masked(error, error)
    if cause is not None and unavailable.is_away(cause):
        facts = {"code": unavailable.CODE, "id": unavailable.logged(cause)}
        return _with_extensions(error, unavailable.message(cause), facts)
    if cause is None or isinstance(cause, CannotGetOperationTypeError | InvalidOperationTypeError):
        return _about_the_document(error)
    if error.nodes and not error.path:
        logger.info("A value of a document or of a variable could not be read", exc_info=cause)
        return _with_extensions(error, _unusable(), {"code": BadUserInput.code})
    return _masked(error, cause)


def _cause(error: GraphQLError) -> Exception | None:
    """What was raised at the bottom of it; None for an error of the GraphQL library about the document itself."""
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _is_of_the_answer(error: GraphQLError) -> bool:
    """Whether a scalar or an enum could not write what a field gave: the server's own mistake, with its own value.

    A variable that cannot be read has no path, and an argument a place in the document of its own.
    """
    raised = error.original_error
    return (
        bool(error.path)
        and isinstance(raised, GraphQLError)
        and not raised.nodes
        and "cannot represent" in shortened(raised.message)
    )


def _refused(error: GraphQLError, cause: WorkflowError) -> GraphQLError:
    """A refusal of the engine's; `reason` is its own code where the API's codes are coarser."""
    code = _CODES.get(cause.code, BadUserInput.code)
    reason = {} if code == cause.code.value else {"reason": cause.code.value}
    return _with_extensions(error, shortened(str(cause.message)), {"code": code, **reason})


def _about_the_document(error: GraphQLError) -> GraphQLError:
    code = LimitExceeded.code if error.message.endswith(_ABORTED) else BadUserInput.code
    return _with_extensions(error, _without_python(error.message), {"code": code})


def _without_python(message: str) -> str:
    """The message, which is short, without the representation of a Python object."""
    for found in _FOUND:
        message = message.partition(found)[0]
    message = message.replace("not to be None", "not to be null")
    return _unusable() if _PYTHON.search(message) else message


def _unusable() -> str:
    return _("A value is not of the type that is expected here.")


def _masked(error: GraphQLError, cause: BaseException) -> GraphQLError:
    identifier = uuid.uuid4().hex
    logger.error("Unexpected error %s at %s", identifier, error.path, exc_info=cause)
    return _with_extensions(error, _("An unexpected error occurred."), {"code": "INTERNAL", "id": identifier})


def _with_extensions(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(message, nodes=error.nodes, path=error.path, extensions=extensions)
