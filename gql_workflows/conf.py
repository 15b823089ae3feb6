"""The API's settings, read at the moment of use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings

DEFAULT_PAGE_SIZE: Final = 20
MAX_PAGE_SIZE: Final = 100
MAX_BODY_BYTES: Final = 4_000_000
MAX_FAULTS: Final = 200
IDEMPOTENCY_KEY_HOURS: Final = 24


def _api() -> Mapping[str, Any]:
    given = getattr(settings, "GQL_WORKFLOWS", {})
    return given if isinstance(given, Mapping) else {}  # a system check refuses anything else


def access_policy() -> str:
    """The dotted path of the class that says who sees and may do what."""
    return _api().get("ACCESS_POLICY", "gql_workflows.permissions.AccessPolicy")


def max_body_bytes() -> int:
    """The largest request body that is read."""
    return int(_api().get("MAX_BODY_BYTES", MAX_BODY_BYTES))


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one document may ask for; LIMITS holds others, under these names in capital letters.

    Fields, aliases and directives are counted with fragments written out, in each operation by itself.
    """

    characters: int = 100_000  # of the document's text
    tokens: int = 5_000  # of the document's text, comments included
    operations: int = 50  # in one document, of which one is run
    depth: int = 15  # fields in each other; the introspection of GraphiQL needs 15
    root_fields: int = 20
    fields: int = 500  # the time that validation takes grows with the square
    aliases: int = 100
    directives: int = 50
    cost: int = 200_000  # the values that the operation may have resolved, by the sizes of its pages
    values: int = 1_000_000  # that are found while it runs: a list without pages may be longer than its estimate
    list_size: int = 3  # how many objects a list without pages counts in the cost


def limits() -> Limits:
    """The limits of documents."""
    return Limits(**{name.lower(): value for name, value in _api().get("LIMITS", {}).items()})


def introspection() -> bool:
    """Whether clients may read the schema; INTROSPECTION."""
    return _api().get("INTROSPECTION", True)


def graphiql() -> bool:
    """Whether a browser that opens the API's address sees GraphiQL; GRAPHIQL; by default while DEBUG is on."""
    return bool(_api().get("GRAPHIQL", settings.DEBUG))


def graphiql_examples() -> str:
    """The dotted path of the function that gives the operations which GraphiQL opens with; GRAPHIQL_EXAMPLES."""
    return _api().get("GRAPHIQL_EXAMPLES", "gql_workflows.graphiql.examples.usual_examples")


def idempotency_key_hours() -> int:
    """How long a mutation's idempotency key counts, in hours; IDEMPOTENCY_KEY_HOURS."""
    return int(_api().get("IDEMPOTENCY_KEY_HOURS", IDEMPOTENCY_KEY_HOURS))


def trusted_documents() -> Path | None:
    """The manifest of the documents that alone are run; None lets every document run; TRUSTED_DOCUMENTS."""
    path = _api().get("TRUSTED_DOCUMENTS")
    return Path(path) if path else None


def authentication() -> Sequence[str]:
    """The dotted paths of the functions that say who sends a request; AUTHENTICATION."""
    return tuple(_api().get("AUTHENTICATION", ("gql_workflows.authentication.session_user",)))


def oauth_scopes() -> Sequence[str]:
    """The scopes that a Bearer token needs, all of them; OAUTH_SCOPES."""
    return tuple(_api().get("OAUTH_SCOPES", ("workflows",)))


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
    return Subscriptions(**{name.lower(): value for name, value in _api().get("SUBSCRIPTIONS", {}).items()})
