"""`manage.py create_search_indexes`: trigram indexes for what the admin's lists search as free text."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from django_workflow_engine import people, search_indexes, transactions
from django_workflow_engine.search_indexes import NotPossible, TextIndex


class Command(BaseCommand):
    """Makes the indexes that are not there, or drops them; others may read and write meanwhile."""

    help = "Make PostgreSQL's trigram indexes for searching in comments, names and errors (extension pg_trgm)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--users` takes the user model's names too, `--drop` takes the indexes away."""
        parser.add_argument("--users", action="store_true", help="the names in the project's table of users, too")
        parser.add_argument("--drop", action="store_true", help="drop the indexes; the extension stays")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each index by itself: one that is refused keeps no other from being made."""
        failed = 0
        for connection, indexes in _wanted(users=options["users"]):
            if connection.vendor != "postgresql":
                self.stdout.write(f"{connection.alias}: nothing to do, there are trigram indexes on PostgreSQL alone")
            elif connection.in_atomic_block:
                raise CommandError("Indexes are made and dropped outside of a transaction.")
            else:
                failed += self._drop(connection, indexes) if options["drop"] else self._make(connection, indexes)
        if failed:
            raise CommandError(f"Not done: {failed}. What is above was; call this again when the reason is gone.")

    def _make(self, connection: BaseDatabaseWrapper, indexes: list[TextIndex]) -> int:
        try:
            schema = search_indexes.prepare(connection)
        except NotPossible as refused:
            raise CommandError(
                f"{connection.alias}: the extension pg_trgm cannot be had: {refused}\n"
                "Have somebody who may do it execute CREATE EXTENSION pg_trgm in this database. "
                "Without it, lists search free text among their newest rows alone."
            ) from refused
        failed, made = 0, set()
        for index in indexes:
            try:
                is_new = search_indexes.make(connection, index, schema=schema)
            except NotPossible as refused:
                failed += self._refused(index, refused)
                continue
            self.stdout.write(f"{index.name}: {'made' if is_new else 'is there already'}")
            made |= {index.table} if is_new else set()
        search_indexes.analyse(connection, sorted(made))
        return failed

    def _drop(self, connection: BaseDatabaseWrapper, indexes: list[TextIndex]) -> int:
        failed = 0
        for index in indexes:
            try:
                was_there = search_indexes.drop(connection, index)
            except NotPossible as refused:
                failed += self._refused(index, refused)
                continue
            self.stdout.write(f"{index.name}: {'dropped' if was_there else 'was not there'}")
        return failed

    def _refused(self, index: TextIndex, refused: NotPossible) -> int:
        self.stderr.write(f"{index.name}: could not: {refused}")
        return 1


def _wanted(*, users: bool) -> Iterator[tuple[BaseDatabaseWrapper, list[TextIndex]]]:
    """The indexes, with the connection to the database that each of them is for."""
    yield transactions.connection(), search_indexes.text_indexes()
    if users:
        yield connections[router.db_for_write(people.user_class())], search_indexes.user_indexes()
