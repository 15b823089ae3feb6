"""A connection that the server or the network has ended: let go of, so that the next statement opens another one."""

from __future__ import annotations

from typing import Final

from django.db import DatabaseError, InterfaceError

from django_workflow_engine.transactions import atomic, connection

LOST_OR_REFUSED: Final = (DatabaseError, InterfaceError)


def let_go_of_a_lost_connection() -> None:
    """Have the next statement open another connection; not within a transaction, which goes with its connection."""
    if not connection().in_atomic_block:
        connection().close_if_unusable_or_obsolete()


def database_answers() -> bool:
    """Whether there is a database to go on with, over another connection where this one is lost."""
    let_go_of_a_lost_connection()
    try:
        with atomic(), connection().cursor() as cursor:
            cursor.execute("SELECT 1")
    except LOST_OR_REFUSED:
        return False
    return True
