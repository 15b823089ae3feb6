"""What an action does to its connection, its language or its context stays with it."""

from __future__ import annotations

import decimal
from contextvars import ContextVar

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone, translation

from tests.engine.actions.firing import answered_by, attach, enqueue, kept, running, template
from tests.testapp.models import Document

variable: ContextVar[str] = ContextVar("variable", default="untouched")
wrapped: list[str] = []


def run_sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def show(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]


def scalar(statement: str):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def wrapper(execute, sql, params, many, context):
    wrapped.append(sql)
    return execute(sql, params, many, context)


def change_context(workflow_attachment):
    translation.activate("ar")
    timezone.activate("Asia/Riyadh")
    variable.set("changed")
    decimal.getcontext().prec = 3
    connection.execute_wrappers.append(wrapper)
    return [translation.get_language(), timezone.get_current_timezone_name()]


async def change_context_later(workflow_attachment):
    translation.activate("ar")
    timezone.activate("Asia/Riyadh")
    variable.set("changed")


def change_session(workflow_attachment):
    run_sql(
        "SET statement_timeout = '7s'",
        "SET TIME ZONE 'Asia/Riyadh'",
        "SET search_path = pg_catalog, public",
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    )
    Document.objects.create(title="Written")


def change_what_no_view_shows(workflow_attachment):
    run_sql("SET app.tenant = '7'", "SET ROLE pg_monitor", "RESET ROLE", "SELECT pg_advisory_lock(77)", "LISTEN news")
    run_sql("CREATE TEMPORARY TABLE left_behind (id int)")


def close_connection(workflow_attachment):
    connection.close()


def kill_connection(workflow_attachment):
    run_sql("SELECT pg_terminate_backend(pg_backend_pid())")


def break_transaction(workflow_attachment):
    transaction.set_autocommit(False)


SESSION = ["statement_timeout", "TimeZone", "search_path", "default_transaction_isolation"]


@pytest.mark.django_db
@pytest.mark.parametrize("function", ["change_context", "change_context_later"])
def test_language_time_zone_and_context_are_the_caller_s_again(function, fire):
    attachment, precision = running(), decimal.getcontext().prec
    with answered_by(function, module=__name__), translation.override("en"), timezone.override("Europe/Berlin"):
        (run,) = fire(attachment)
        seen = (translation.get_language(), timezone.get_current_timezone_name())
    assert run.status == "succeeded"
    assert seen == ("en", "Europe/Berlin")
    assert (variable.get(), decimal.getcontext().prec) == ("untouched", precision)
    assert wrapper not in connection.execute_wrappers


@pytest.mark.django_db
def test_an_action_speaks_the_language_of_its_caller(fire):
    with answered_by("tell_language", module=__name__), translation.override("ar"):
        (run,) = fire(running())
    assert run.returned == "ar"


def tell_language(workflow_attachment):
    return translation.get_language()


@pytest.mark.postgres
@pytest.mark.django_db
def test_in_a_test_s_transaction_the_session_s_settings_are_put_back(fire):
    run_sql("SET statement_timeout = '30s'")
    before = [show(name) for name in SESSION]
    with answered_by("change_session", module=__name__):
        (run,) = fire(running())
    assert (run.status, [show(name) for name in SESSION]) == ("succeeded", before)
    assert before[0] == "30s"
    assert Document.objects.filter(title="Written").exists()
    run_sql("RESET statement_timeout")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [None, 20])
def test_what_is_set_on_a_connection_is_not_set_on_the_caller_s(limit):
    run_sql("SET app.tenant = '1'", "SET statement_timeout = '30s'")
    attachment = attach(template())
    before, backend = [show(name) for name in SESSION], scalar("SELECT pg_backend_pid()")
    engine = override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_TIMEOUT_SECONDS": limit})
    with engine, answered_by("change_session", "change_what_no_view_shows", module=__name__):
        enqueue(attachment)
    assert kept("status", "last_error") == [("succeeded", ""), ("succeeded", "")]
    assert [show(name) for name in SESSION] == before
    assert (show("app.tenant"), scalar("SELECT pg_backend_pid()")) == ("1", backend)
    assert scalar("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0
    assert scalar("SELECT to_regclass('left_behind')") is None
    assert Document.objects.filter(title="Written").exists()
    connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_an_action_loses_is_its_own():
    attachment, backend = running(), scalar("SELECT pg_backend_pid()")
    with answered_by("close_connection", "kill_connection", "break_transaction", "tell_language", module=__name__):
        enqueue(attachment)
    assert kept("status") == ["failed", "failed", "failed", "succeeded"]
    assert scalar("SELECT pg_backend_pid()") == backend
    assert connection.get_autocommit() is True


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_action_takes_no_second_connection_of_a_pool_that_its_caller_exhausts(pooled):
    attachment = running()
    with answered_by("tell_language", module=__name__):
        enqueue(attachment)
    assert kept("status") == ["succeeded"]
    assert connection.pool.get_stats()["pool_size"] == 1


@pytest.fixture
def pooled():
    """The caller's connection is the only one of a pool."""
    connection.close()
    connection.settings_dict["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 2}
    yield
    connection.close()
    connection.close_pool()
    del connection.settings_dict["OPTIONS"]["pool"]
