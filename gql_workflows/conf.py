"""The API's settings, read at the moment of use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from django_workflow_engine import shapes
from django_workflow_engine.shapes import Shape

DEFAULT_PAGE_SIZE: Final = 20
MAX_PAGE_SIZE: Final = 100
MAX_BODY_BYTES: Final = 4_000_000
MAX_HEADER_BYTES: Final = 8_000
MAX_FAULTS: Final = 200
IDEMPOTENCY_KEY_HOURS: Final = 24
USUAL_EXAMPLES: Final = "gql_workflows.graphiql.examples.usual_examples"
NO_MANIFEST: Final = "/dev/null/no-manifest"  # what is below a file that holds no files can never be read

_PREFIX: Final = re.compile("[A-Za-z][A-Za-z0-9]{0,29}", re.ASCII)

# What can be said with GQL_WORKFLOWS, and what each value must look like.
SHAPES: Final[Mapping[str, Shape]] = {
    "ACCESS_POLICY": Shape(fits=shapes.is_path, description="the dotted path of a subclass of AccessPolicy"),
    "AUTHENTICATION": Shape(fits=shapes.is_texts, description="a list of dotted paths of functions"),
    "GRAPHIQL": Shape(fits=shapes.is_switch, description="True or False"),
    "GRAPHIQL_EXAMPLES": Shape(fits=shapes.is_path, description="the dotted path of a function"),
    "IDEMPOTENCY_KEY_HOURS": Shape(
        fits=lambda value: shapes.is_positive(value) and value <= 87_600, description="a number of hours above 0"
    ),
    "INTROSPECTION": Shape(fits=shapes.is_switch, description="True or False"),
    "LIMITS": Shape(fits=lambda value: isinstance(value, Mapping), description="a dictionary"),
    "LOGIN": Shape(fits=shapes.is_switch, description="True or False"),
    "MAX_BODY_BYTES": Shape(fits=shapes.is_count, description="a number of bytes from 1"),
    "MAX_HEADER_BYTES": Shape(fits=shapes.is_count, description="a number of bytes from 1"),
    "OAUTH_SCOPES": Shape(fits=shapes.is_texts, description="a list of scopes"),
    "PLANS": Shape(fits=shapes.is_switch, description="True or False"),
    "SUBSCRIPTIONS": Shape(fits=lambda value: isinstance(value, Mapping), description="a dictionary"),
    "TRUSTED_DOCUMENTS": Shape(
        fits=lambda value: value is None or isinstance(value, str | Path), description="the path of a manifest"
    ),
    "TYPE_PREFIX": Shape(
        fits=lambda value: value == "" or (shapes.is_text(value) and _PREFIX.fullmatch(value) is not None),
        description="letters and digits that begin with a letter, or nothing",
    ),
}


def given() -> Any:
    """What the project wrote as GQL_WORKFLOWS, whatever it is."""
    return getattr(settings, "GQL_WORKFLOWS", {})


def _api() -> Mapping[str, Any]:
    written = given()
    return written if isinstance(written, Mapping) else {}  # a system check refuses anything else


def _option(name: str, default: Any, unusable: Any) -> Any:
    """The option as written, the default where it is left out, or what stands for a value that cannot be used."""
    written = _api().get(name, default)
    return written if written is default or SHAPES[name].fits(written) else unusable


def access_policy() -> str | None:
    """The dotted path of the class that says who sees and may do what; None for what cannot be one."""
    if not isinstance(given(), Mapping):
        return None
    return _option("ACCESS_POLICY", "gql_workflows.permissions.AccessPolicy", None)


def max_body_bytes() -> int:
    """The largest request body that is read."""
    return _option("MAX_BODY_BYTES", MAX_BODY_BYTES, MAX_BODY_BYTES)


def max_header_bytes() -> int:
    """How long a path, or all lines of one header together, may be; MAX_HEADER_BYTES."""
    return _option("MAX_HEADER_BYTES", MAX_HEADER_BYTES, MAX_HEADER_BYTES)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one document may ask for; LIMITS holds others, under these names in capital letters.

    Fields, aliases and directives are counted with fragments written out, in each operation by itself.
    """

    characters: int = 100_000  # of the document's text
    lines: int = 5_000  # of the document's text: the place of a fault is looked for line by line
    tokens: int = 5_000  # of the document's text, comments included
    variables: int = 20_000  # values in the variables; all of them are looked at before anybody is asked who sends them
    operations: int = 50  # in one document, of which one is run
    depth: int = 15  # fields in each other; the introspection of GraphiQL needs 15
    root_fields: int = 20
    fields: int = 500  # the time that validation takes grows with the square
    aliases: int = 100
    directives: int = 50
    cost: int = 200_000  # the values that the operation may have resolved, by the sizes of its pages
    values: int = 1_000_000  # that are found while it runs: a list without pages may be longer than its estimate
    bytes: int = 20_000_000  # of texts, names and JSON in the answer, counted while they are found
    list_size: int = 3  # how many objects a list without pages counts in the cost


def limits() -> Limits:
    """The limits of documents."""
    return Limits(**_usable("LIMITS", Limits, lambda name, value: shapes.is_count(value)))


def _usable(name: str, kind: type, fits: Callable[[str, Any], bool]) -> dict[str, Any]:
    """The numbers of a dictionary that are known and can be used, by the names of the fields; others take defaults."""
    written = _api().get(name, {})
    known = {field.name.upper(): field.name for field in fields(kind)}
    entries = written.items() if isinstance(written, Mapping) else ()
    return {known[key]: value for key, value in entries if key in known and fits(key, value)}


def introspection() -> bool:
    """Whether clients may read the schema; INTROSPECTION; what is neither True nor False keeps it from them."""
    return _option("INTROSPECTION", True, False)


def login() -> bool:
    """Whether the API has a log-in and a log-out of its own; LOGIN; what is neither True nor False leaves them out.

    It is read once, when the schema is made.
    """
    return _option("LOGIN", True, False)


def type_prefix() -> str:
    """What the names of our types begin with in the schema, by default nothing; TYPE_PREFIX.

    It is read when the schema is made, and with each global id.
    """
    return _option("TYPE_PREFIX", "", "")


def plans() -> bool:
    """Whether what is selected is compiled into plans; PLANS; without them graphql-core resolves every field."""
    return _option("PLANS", True, False)


def graphiql() -> bool:
    """Whether a browser that opens the API's address sees GraphiQL; GRAPHIQL; by default while DEBUG is on."""
    return _option("GRAPHIQL", bool(settings.DEBUG), False)


def graphiql_examples() -> str:
    """The dotted path of the function that gives the operations which GraphiQL opens with; GRAPHIQL_EXAMPLES."""
    return _option("GRAPHIQL_EXAMPLES", USUAL_EXAMPLES, USUAL_EXAMPLES)


def idempotency_key_hours() -> float:
    """How long a mutation's idempotency key counts, in hours; IDEMPOTENCY_KEY_HOURS."""
    return _option("IDEMPOTENCY_KEY_HOURS", IDEMPOTENCY_KEY_HOURS, IDEMPOTENCY_KEY_HOURS)


def trusted_documents() -> Path | None:
    """The manifest of the documents that alone are run; None lets every document run; TRUSTED_DOCUMENTS.

    What can be no path is one at which no manifest is: no document is run then.
    """
    path = _option("TRUSTED_DOCUMENTS", None, NO_MANIFEST)
    return Path(path) if path else None


def authentication() -> Sequence[str]:
    """The dotted paths of the functions that say who sends a request; AUTHENTICATION; nobody does where it is none."""
    return tuple(_option("AUTHENTICATION", ("gql_workflows.authentication.session_user",), ()))


def oauth_scopes() -> Sequence[str]:
    """The scopes that a Bearer token needs, all of them; OAUTH_SCOPES; no token has what stands for a wrong setting."""
    return tuple(_option("OAUTH_SCOPES", ("workflows",), ("no usable scope",)))


@dataclass(frozen=True, kw_only=True)
class Subscriptions:
    """Limits of subscriptions; SUBSCRIPTIONS holds others, under these names in capital letters."""

    max_per_connection: int = 50  # operations at once over one websocket
    max_per_user: int = 100  # operations at once over all of a user's websockets and event streams, in one process
    max_connections_per_user: int = 20  # websockets and event streams at once, in one process
    max_connections_per_address: int = 100  # of one address, on which nobody has signed in (yet)
    max_anonymous_connections: int = 1_000  # of all addresses, on which nobody has signed in (yet)
    threads: int = 4  # that read for streams at once, each with a database connection; fewer than the pool has
    connection_seconds: float = 60  # how long a stream waits where the database has no connection for it
    max_message_bytes: int = 100_000  # the largest message that a websocket takes
    init_seconds: float = 10  # how long a websocket may wait before it says connection_init
    ping_seconds: float = 20  # between pings, on websockets and event streams
    send_seconds: float = 20  # how long a client may leave a message unread before it is dropped
    recheck_seconds: float = 60  # the longest time until a right that was lost without any news ends a subscription
    publish_seconds: float = 1  # how long a decision waits at most for the channel layer to take its news


def subscriptions() -> Subscriptions:
    """The limits of subscriptions."""
    return Subscriptions(**_usable("SUBSCRIPTIONS", Subscriptions, is_subscription_limit))


def is_subscription_limit(name: str, value: Any) -> bool:
    """Whether a value can be the limit of this name: a number of seconds, or a count of something."""
    return shapes.is_positive(value) if name.endswith("_SECONDS") else shapes.is_count(value)
