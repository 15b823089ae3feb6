"""A database that others hold up: clients are told to come back, whatever they asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from tests.api.conftest import Office
from tests.client import Api

pytestmark = pytest.mark.django_db
LOGIN = 'mutation { login(username: "olga", password: "secret") { errors { code } } }'
READ = "{ workflows { totalCount } }"
DOORS = [(READ, "engine_workflow"), (READ, "django_session"), (LOGIN, "auth_user")]


class Ended(Exception):
    """What PostgreSQL's driver raises for a statement that took too long."""

    sqlstate = "57014"


@contextmanager
def held(table: str, cause: BaseException | None = None) -> Iterator[None]:
    """Every statement that names the table fails as it does where somebody else has it locked."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if table in sql:
            raise OperationalError("database is locked") from cause
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize("cause", [None, Ended()], ids=["locked", "took too long"])
@pytest.mark.parametrize(("document", "table"), DOORS)
def test_it_is_a_503_that_says_when_to_come_back(
    office: Office, caplog: pytest.LogCaptureFixture, document: str, table: str, cause: BaseException | None
) -> None:
    api = Api(office.owner)
    with held(table, cause):
        response = api.raw(document)
    (error,) = response.json()["errors"]
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert error["extensions"]["code"] == "SERVICE_UNAVAILABLE"
    assert error["message"] == "The service is busy at the moment. Try again in a few seconds."
    assert error["extensions"]["id"] in caplog.text


def test_what_a_verb_met_is_a_conflict_of_its_own(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_workflow_engine.transactions.PATIENCE_SECONDS", 0)
    document = 'mutation { createWorkflow(input: { nameEn: "x" }) { workflow { id } errors { code } } }'
    office.owner.is_superuser = True
    office.owner.save()
    with held('INSERT INTO "django_workflow_engine_workflow"' if connection.vendor != "mysql" else "INSERT INTO"):
        answer = Api(office.owner).run(document)["createWorkflow"]
    assert answer == {"workflow": None, "errors": [{"code": "CONFLICT"}]}
