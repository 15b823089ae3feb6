"""`manage.py create_search_indexes`, and searching with what it makes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_workflow_engine import search_indexes
from django_workflow_engine.admin import newest
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.steps import Step
from tests.engine.admin.test_bounds import SEARCHED, notes
from tests.engine.admin.test_costs import run

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own indexes")
OF_THE_ENGINE = 7
COMMENTS = search_indexes.index_of(WorkflowEvent, "comment")


def command(*arguments: str) -> list[str]:
    """What the command says."""
    told = StringIO()
    call_command("create_search_indexes", *arguments, stdout=told, stderr=told)
    return told.getvalue().splitlines()


def there() -> dict[str, bool]:
    """The indexes of the command that the database has, each with whether it is complete."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexrelid::regclass::text, indisvalid FROM pg_index")
        return {name: valid for name, valid in cursor.fetchall() if name.endswith("_trgm")}


@pytest.fixture
def no_indexes(transactional_db: None) -> Any:
    """A database without such indexes, before the test and after it."""
    command("--drop", "--users")
    yield
    command("--drop", "--users")


@pytest.mark.skipif(connection.vendor == "postgresql", reason="another database than PostgreSQL")
@pytest.mark.parametrize("arguments", [[], ["--drop"]])
def test_another_database_has_nothing_to_do(arguments, db):
    assert command(*arguments) == ["default: nothing to do, there are trigram indexes on PostgreSQL alone"]


def test_each_column_has_an_index_of_its_own_with_a_name_that_fits(db):
    indexes = [*search_indexes.text_indexes(), *search_indexes.user_indexes()]
    assert len(search_indexes.text_indexes()) == OF_THE_ENGINE
    assert [index.field.name for index in search_indexes.user_indexes()] == ["username", "first_name", "last_name"]
    assert len({index.name for index in indexes}) == len(indexes)
    assert max(len(index.name.encode()) for index in indexes) <= 63


@on_postgresql
def test_the_indexes_are_made_once_and_dropped_once(no_indexes):
    names = [index.name for index in search_indexes.text_indexes()]
    assert command() == [f"{name}: made" for name in names]
    assert there() == dict.fromkeys(names, True)
    assert command() == [f"{name}: is there already" for name in names]
    assert command("--users")[OF_THE_ENGINE:] == [f"{one.name}: made" for one in search_indexes.user_indexes()]
    assert command("--drop") == [f"{name}: dropped" for name in names]
    assert there().keys() == {index.name for index in search_indexes.user_indexes()}
    assert command("--drop", "--users")[:OF_THE_ENGINE] == [f"{name}: was not there" for name in names]
    assert there() == {}


@on_postgresql
def test_what_was_left_unfinished_is_made_again(no_indexes):
    command()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [COMMENTS.name])
    assert not search_indexes.answers([COMMENTS], ["dear"], using="default")
    assert f"{COMMENTS.name}: made" in command()
    assert there()[COMMENTS.name]
    assert search_indexes.answers([COMMENTS], ["dear"], using="default")


@on_postgresql
def test_inside_of_a_transaction_it_refuses(db):
    with pytest.raises(CommandError, match="outside of a transaction"):
        command()


@contextmanager
def clerk() -> Iterator[None]:
    """Somebody who may make tables, and owns none."""
    role = connection.ops.quote_name(f"clerk of {connection.settings_dict['NAME']}")  # roles are of all databases
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}")
        cursor.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {role}")
        cursor.execute(f"SET ROLE {role}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(f"DROP OWNED BY {role}")
            cursor.execute(f"DROP ROLE {role}")


@on_postgresql
def test_who_may_not_have_the_extension_is_told_what_to_do(no_indexes):
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION IF EXISTS pg_trgm")
    with clerk(), pytest.raises(CommandError, match=r"pg_trgm cannot be had: permission .*\nHave somebody who may"):
        command()
    assert there() == {}


@on_postgresql
def test_one_index_that_is_refused_keeps_no_other_from_being_tried(no_indexes):
    names = [index.name for index in search_indexes.text_indexes()]
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    told = StringIO()
    with clerk(), pytest.raises(CommandError, match=f"Not done: {OF_THE_ENGINE}"):
        call_command("create_search_indexes", stdout=told, stderr=told)
    told_of = [line.partition(": could not: must be owner of ") for line in told.getvalue().splitlines()]
    assert [name for name, reason, _table in told_of if reason] == names


@on_postgresql
@pytest.mark.parametrize("column", ["actor_name", "comment"])
def test_the_index_answers_what_django_asks(column, no_indexes):
    command()
    asked = WorkflowEvent.objects.filter(**{f"{column}__icontains": "dear"}).order_by()
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
    try:
        assert search_indexes.index_of(WorkflowEvent, column).name in asked.explain()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET enable_seqscan")


@on_postgresql
def test_with_the_indexes_free_text_is_found_among_all_rows(no_indexes, admin, monkeypatch):
    first, second = run(), run()
    for attachment in (first, second):
        WorkflowEvent.objects.create(
            attachment=attachment, kind="approved", comment="Much too dear, غالٍ جدا", actor_name=""
        )
    found = [*WorkflowEvent.objects.filter(comment__contains="dear").order_by("-pk")]
    monkeypatch.setattr(newest, "NEWEST", 1)
    assert admin.rows(WorkflowEvent, q="dear") == found[:1]
    command()
    for words in ("dear", "DEAR much", "جدا", f"dear {first.object_id}"):
        assert admin.rows(WorkflowEvent, q=words) == (found[1:] if first.object_id in words else found), words
    assert notes(admin, WorkflowEvent, q="dear") == []
    assert notes(admin, WorkflowEvent, q="to") == [SEARCHED.format(1)]
    assert notes(admin, WorkflowEvent, q="t-o") == [SEARCHED.format(1)]
    assert admin.rows(WorkflowAttachment, q=first.object_id) == [first]


@on_postgresql
def test_a_search_asks_once_which_indexes_there_are(no_indexes, admin, monkeypatch):
    run()
    monkeypatch.setattr(newest, "NEWEST", 1)
    with CaptureQueriesContext(connection) as captured:
        admin.list(Step, q="dear")
    assert sum("pg_index" in query["sql"] for query in captured) == 2  # of comments, and of usernames
