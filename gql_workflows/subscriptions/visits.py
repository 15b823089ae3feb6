"""One websocket from its handshake to its end: whose it is, and the places that it takes."""

from __future__ import annotations

from typing import Any, Self

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gql_workflows import conf
from gql_workflows.subscriptions.places import Limit, Place, of_connection, of_operation, owner_of, places


class Visit:
    """A connection that is nobody's until somebody signs in; its place is free when the block ends.

    Raises Refused where there is no room for it.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.owner = owner_of(None, request)
        self._place = places.take(*of_connection(None, request))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._place.free()

    def sign_in(self, viewer: Any) -> None:
        """Count the connection as this user's from now on; raises Refused where there is no room for it."""
        place = places.take(*of_connection(viewer, self._request))
        self._place.free()
        self._place, self.owner = place, owner_of(viewer, self._request)

    def place_for_operation(self) -> Place:
        """A place for one more operation; raises Refused where the connection or its owner has no room for it."""
        refusal = _("This connection has as many operations as it may have.")
        most = conf.subscriptions().max_per_connection
        own = Limit(kind="operations", owner=f"connection {id(self)}", most=most, refusal=refusal)
        return places.take(own, of_operation(self.owner))
