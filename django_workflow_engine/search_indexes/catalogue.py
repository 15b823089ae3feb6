"""Which trigram indexes the database has, and which words they can find."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from django_workflow_engine.search_indexes.declared import TextIndex

_HAS_A_TRIGRAM: Final = re.compile(r"[^\W_]{3}")
_VALID: Final = """
SELECT found.relname, (SELECT datctype FROM pg_database WHERE datname = current_database())
FROM pg_index AS made
JOIN pg_class AS found ON found.oid = made.indexrelid
JOIN pg_class AS searched ON searched.oid = made.indrelid
WHERE made.indisvalid AND searched.relname = ANY(%s) AND found.relname = ANY(%s)
"""


def answers(indexes: Sequence[TextIndex], words: Sequence[str], *, using: str) -> bool:
    """Whether these indexes are there and find each of the words: three letters or digits that follow each other.

    A database of the character type C knows no letters but those of ASCII. One statement, on PostgreSQL alone.
    """
    connection = connections[using]
    if connection.vendor != "postgresql" or not indexes or not all(map(_HAS_A_TRIGRAM.search, words)):
        return False
    found = _valid(connection, indexes)
    if {index.name for index in indexes} - found.keys():
        return False
    knows_letters = not {"C", "POSIX"} & {*found.values()}
    return knows_letters or all(word.isascii() for word in words)


def _valid(connection: BaseDatabaseWrapper, indexes: Sequence[TextIndex]) -> dict[str, str]:
    """The names of those that are there and complete, each with the database's character type."""
    with connection.cursor() as cursor:
        cursor.execute(_VALID, [[index.table for index in indexes], [index.name for index in indexes]])
        return dict(cursor.fetchall())
