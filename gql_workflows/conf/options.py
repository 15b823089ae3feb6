"""The API's settings: each a row that says how it is read, checked and told in the manual."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django_workflow_engine import shapes
from django_workflow_engine.options import Option, Table
from django_workflow_engine.shapes import Shape

NO_MANIFEST: Final = "/dev/null/no-manifest"  # what is below a file that holds no files can never be read
_PREFIX: Final = re.compile("[A-Za-z][A-Za-z0-9]{0,29}", re.ASCII)
_MOST_HOURS: Final = 87_600


def _is_hours(value: Any) -> bool:
    return shapes.is_positive(value) and value <= _MOST_HOURS


def _is_file_path(value: Any) -> bool:
    return isinstance(value, str | Path)


def _is_prefix(value: Any) -> bool:
    return value == "" or (shapes.is_text(value) and _PREFIX.fullmatch(value) is not None)


API: Final = Table("GQL_WORKFLOWS")

ACCESS_POLICY: Final[Option[str | None]] = API.option(
    "ACCESS_POLICY",
    default="gql_workflows.permissions.AccessPolicy",
    instead=None,
    shape=Shape(fits=shapes.is_path, description="the dotted path of a subclass of AccessPolicy"),
    type="dotted path",
    effect="The class that says who sees and may do what; see [your tenancy](mounting.md#your-tenancy).",
    check="E002",
)
AUTHENTICATION: Final[Option[Sequence[str]]] = API.option(
    "AUTHENTICATION",
    default=("gql_workflows.authentication.session_user",),
    instead=(),
    shape=Shape(fits=shapes.is_texts, description="a list of dotted paths of functions"),
    type="list of dotted paths",
    effect="The functions that say who sends a request; see [your authentication](mounting.md#your-authentication).",
    check="E002",
)
GRAPHIQL: Final[Option[bool | None]] = API.option(
    "GRAPHIQL",
    default=None,
    told_default="`DEBUG`",
    instead=False,
    shape=shapes.SWITCH,
    type="bool",
    effect="Whether a browser that opens the API's address sees [GraphiQL](graphiql.md).",
    check="E002",
)
GRAPHIQL_EXAMPLES: Final[Option[str]] = API.option(
    "GRAPHIQL_EXAMPLES",
    default="gql_workflows.graphiql.examples.usual_examples",
    shape=Shape(fits=shapes.is_path, description="the dotted path of a function"),
    type="dotted path",
    effect="The function that gives the operations in its tabs.",
    check="E002",
)
IDEMPOTENCY_KEY_HOURS: Final[Option[float]] = API.option(
    "IDEMPOTENCY_KEY_HOURS",
    default=24,
    shape=Shape(fits=_is_hours, description="a number of hours above 0"),
    type="hours, to 87,600",
    effect="How long the idempotency key of a mutation counts.",
    check="E002",
)
INTROSPECTION: Final[Option[bool]] = API.option(
    "INTROSPECTION",
    default=True,
    instead=False,
    shape=shapes.SWITCH,
    type="bool",
    effect="Whether clients may read the schema, and are told what a misspelt name may have meant.",
    check="E024",
)
LIMITS: Final[Option[Mapping[str, Any]]] = API.option(
    "LIMITS",
    default={},
    shape=Shape(fits=shapes.is_mapping, description="a dictionary"),
    type="dictionary",
    effect="What one document may ask for; see [limits](protocol.md#limits).",
    check=None,  # told by a check of its own
)
LOGIN: Final[Option[bool]] = API.option(
    "LOGIN",
    default=True,
    instead=False,
    shape=shapes.SWITCH,
    type="bool",
    effect="Whether the schema has `login` and `logout`; read once, when the schema is made.",
    check="E002",
)
MAX_BODY_BYTES: Final[Option[int]] = API.option(
    "MAX_BODY_BYTES",
    default=4_000_000,
    shape=Shape(fits=shapes.is_count, description="a number of bytes from 1"),
    type="bytes",
    effect="The largest body of a request.",
    check="E023",
)
MAX_HEADER_BYTES: Final[Option[int]] = API.option(
    "MAX_HEADER_BYTES",
    default=8_000,
    shape=Shape(fits=shapes.is_count, description="a number of bytes from 1"),
    type="bytes",
    effect="The longest path, and the longest header with all its lines together.",
    check="E002",
)
OAUTH_SCOPES: Final[Option[Sequence[str]]] = API.option(
    "OAUTH_SCOPES",
    default=("workflows",),
    instead=("no usable scope",),
    shape=Shape(fits=shapes.is_texts, description="a list of scopes"),
    type="list of str",
    effect="The scopes that a Bearer token needs, all of them.",
    check="E002",
)
PLANS: Final[Option[bool]] = API.option(
    "PLANS",
    default=True,
    instead=False,
    shape=shapes.SWITCH,
    type="bool",
    effect="Whether selections are compiled into [plans](mounting.md#plans); off, graphql-core resolves every "
    "field by itself.",
    check="E002",
)
SUBSCRIPTIONS: Final[Option[Mapping[str, Any]]] = API.option(
    "SUBSCRIPTIONS",
    default={},
    shape=Shape(fits=shapes.is_mapping, description="a dictionary"),
    type="dictionary",
    effect="Limits of subscriptions; see [there](subscriptions.md#limits).",
    check=None,  # told by a check of its own
)
TRUSTED_DOCUMENTS: Final[Option[str | Path | None]] = API.option(
    "TRUSTED_DOCUMENTS",
    default=None,
    instead=NO_MANIFEST,
    shape=Shape(fits=shapes.or_none(_is_file_path), description="the path of a manifest"),
    type="path",
    effect="The manifest of the documents that alone are run; see [trusted documents](clients.md#trusted-documents).",
    check=None,  # told by a check of its own
)
TYPE_PREFIX: Final[Option[str]] = API.option(
    "TYPE_PREFIX",
    default="",
    shape=Shape(fits=_is_prefix, description="letters and digits that begin with a letter, or nothing"),
    type="str",
    effect="What the names of our GraphQL types begin with; see [names](mounting.md#types-of-yours-with-the-"
    "names-of-ours).",
    check="E002",
)
