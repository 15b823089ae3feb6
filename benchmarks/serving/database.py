"""A PostgreSQL database beside the one in DATABASE_URL, which goes again at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

SCHEMES = ("postgres", "postgresql", "psql", "pgsql")


class NoPostgres(SystemExit):
    """DATABASE_URL names no PostgreSQL: the process ends with this line."""

    def __init__(self) -> None:
        super().__init__("This needs PostgreSQL in DATABASE_URL, e.g. postgres://user:password@127.0.0.1:5432/name")


def given_address() -> str:
    """What DATABASE_URL says; raises NoPostgres."""
    address = os.environ.get("DATABASE_URL", "")
    if urlsplit(address).scheme not in SCHEMES:
        raise NoPostgres
    return address


@contextmanager
def temporary_database(name: str) -> Iterator[str]:
    """The address of a fresh database that no other run has; it stays where KEEP is set."""
    given = given_address()
    parts = urlsplit(given)
    database = f"{parts.path.strip('/')}_{name}_{os.getpid()}"
    _run(given, "CREATE DATABASE {}", database)
    try:
        yield urlunsplit(parts._replace(path=f"/{database}"))
    finally:
        if os.environ.get("KEEP"):
            print(f"The database {database} stays.")
        else:
            _run(given, "DROP DATABASE IF EXISTS {} WITH (FORCE)", database)


def _run(given: str, statement: str, database: str) -> None:
    address = urlunsplit(urlsplit(given)._replace(scheme="postgresql"))
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(database)))
