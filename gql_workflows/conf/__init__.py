"""The API's settings, read at the moment of use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from django_workflow_engine import shapes
from gql_workflows.conf import options
from gql_workflows.conf.options import API

DEFAULT_PAGE_SIZE: Final = 20
MAX_PAGE_SIZE: Final = 100
MAX_FAULTS: Final = 200

given = API.given


def access_policy() -> str | None:
    """The dotted path of the class that says who sees and may do what; None for what cannot be one."""
    if not isinstance(given(), Mapping):
        return None
    return API.read(options.ACCESS_POLICY)


def max_body_bytes() -> int:
    """The largest request body that is read."""
    return API.read(options.MAX_BODY_BYTES)


def max_header_bytes() -> int:
    """How long a path, or all lines of one header together, may be; MAX_HEADER_BYTES."""
    return API.read(options.MAX_HEADER_BYTES)


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


_USUAL: Final = Limits()


def limits() -> Limits:
    """The limits of documents."""
    if not API.written().get("LIMITS"):
        return _USUAL
    return Limits(**_usable("LIMITS", Limits, lambda name, value: shapes.is_count(value)))


def _usable(name: str, kind: type, fits: Callable[[str, Any], bool]) -> dict[str, Any]:
    """The numbers of a dictionary that are known and can be used, by the names of the fields; others take defaults."""
    written = API.written().get(name, {})
    known = {field.name.upper(): field.name for field in fields(kind)}
    entries = written.items() if isinstance(written, Mapping) else ()
    return {known[key]: value for key, value in entries if key in known and fits(key, value)}


def introspection() -> bool:
    """Whether clients may read the schema; INTROSPECTION; what is neither True nor False keeps it from them."""
    return API.read(options.INTROSPECTION)


def login() -> bool:
    """Whether the API has a log-in and a log-out of its own; LOGIN; what is neither True nor False leaves them out.

    It is read once, when the schema is made.
    """
    return API.read(options.LOGIN)


def type_prefix() -> str:
    """What the names of our types begin with in the schema, by default nothing; TYPE_PREFIX.

    It is read when the schema is made, and with each global id.
    """
    return API.read(options.TYPE_PREFIX)


def plans() -> bool:
    """Whether what is selected is compiled into plans; PLANS; without them graphql-core resolves every field."""
    return API.read(options.PLANS)


def graphiql() -> bool:
    """Whether a browser that opens the API's address sees GraphiQL; GRAPHIQL; by default while DEBUG is on."""
    shown = API.read(options.GRAPHIQL)
    return bool(settings.DEBUG) if shown is None else shown


def graphiql_examples() -> str:
    """The dotted path of the function that gives the operations which GraphiQL opens with; GRAPHIQL_EXAMPLES."""
    return API.read(options.GRAPHIQL_EXAMPLES)


def idempotency_key_hours() -> float:
    """How long a mutation's idempotency key counts, in hours; IDEMPOTENCY_KEY_HOURS."""
    return API.read(options.IDEMPOTENCY_KEY_HOURS)


def trusted_documents() -> Path | None:
    """The manifest of the documents that alone are run; None lets every document run; TRUSTED_DOCUMENTS.

    What can be no path is one at which no manifest is: no document is run then.
    """
    path = API.read(options.TRUSTED_DOCUMENTS)
    return Path(path) if path else None


def authentication() -> Sequence[str]:
    """The dotted paths of the functions that say who sends a request; AUTHENTICATION; nobody does where it is none."""
    return tuple(API.read(options.AUTHENTICATION))


def oauth_scopes() -> Sequence[str]:
    """The scopes that a Bearer token needs, all of them; OAUTH_SCOPES; no token has what stands for a wrong setting."""
    return tuple(API.read(options.OAUTH_SCOPES))


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
