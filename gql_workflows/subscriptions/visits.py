"""One websocket from its handshake to its end: whose it is, and the slots that it takes."""

from __future__ import annotations

from typing import Any, Self

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gql_workflows import conf
from gql_workflows.subscriptions.slots import Limit, Slot, of_connection, of_operation, owner_of, slots


class Visit:
    """A connection that is nobody's until somebody signs in; its slot is free when the block ends.

    Raises Refused where there is no room for it.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.owner = owner_of(None, request)
        self._slot = slots.take(*of_connection(None, request))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._slot.free()

    def sign_in(self, viewer: Any) -> None:
        """Count the connection as this user's from now on; raises Refused where there is no room for it."""
        slot = slots.take(*of_connection(viewer, self._request))
        self._slot.free()
        self._slot, self.owner = slot, owner_of(viewer, self._request)

    def slot_for_operation(self) -> Slot:
        """A slot for one more operation; raises Refused where the connection or its owner has no room for it."""
        refusal = _("This connection has as many operations as it may have.")
        most = conf.subscriptions().max_per_connection
        own = Limit(kind="operations", owner=f"connection {id(self)}", most=most, refusal=refusal)
        return slots.take(own, of_operation(self.owner))
