"""A key is one text, however the row that has it came to be in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import models
from django.test.utils import isolate_apps

from django_workflow_engine.definitions.values import key_as_json
from django_workflow_engine.models.keys import key_faults, key_text, to_primary_key
from tests.testapp.models import Document

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def keyed(column: Any) -> tuple[Any, Any]:
    """A model with this primary key, and one whose key is a row of it."""

    class Row(models.Model):  # noqa: DJ008 - nobody reads it
        key = column

        class Meta:
            app_label = "testapp"

    class Part(Row):  # noqa: DJ008
        class Meta:
            app_label = "testapp"

    return Row, Part


@pytest.mark.parametrize(
    ("column", "key", "text"),
    [
        (lambda: models.DecimalField(primary_key=True, max_digits=6, decimal_places=3), Decimal("-1.5"), "-1.500"),
        (lambda: models.DecimalField(primary_key=True, max_digits=6, decimal_places=3), "1.50", "1.500"),
        (
            lambda: models.DateTimeField(primary_key=True),
            NOON.astimezone(timezone(timedelta(hours=3))),
            "2024-05-01 12:00:00+00:00",
        ),
        (lambda: models.UUIDField(primary_key=True), "0" * 32, str(UUID(int=0))),
        (lambda: models.BigIntegerField(primary_key=True), 0, "0"),
    ],
)
@isolate_apps("tests.testapp")
def test_a_key_is_spelled_as_the_database_gives_it_back(column: Any, key: Any, text: str) -> None:
    for model in keyed(column()):
        assert key_text(model, key) == text


@isolate_apps("tests.testapp")
def test_a_binary_key_is_refused_however_far_below_it_is() -> None:
    row, part = keyed(models.BinaryField(primary_key=True, max_length=16))

    class Piece(part):
        class Meta:
            app_label = "testapp"

    assert [len(key_faults(model, ())) for model in (row, part, Piece)] == [1, 1, 1]


@pytest.mark.parametrize("error", [ValueError("no"), TypeError("no"), ArithmeticError("no")])
def test_what_a_field_does_not_read_is_no_key(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(value: Any) -> Any:
        raise error

    monkeypatch.setattr(Document._meta.pk, "to_python", refuse)
    assert to_primary_key(Document, "1") is None
    assert key_text(Document, "1") == "1"


class Prefixed:
    """A key of a class of the project's own."""

    def __str__(self) -> str:
        return "S-0001"


@pytest.mark.parametrize(
    ("value", "key"),
    [
        *((value, value) for value in (0, -1, "", "a b")),
        (Prefixed(), "S-0001"),
        (UUID(int=0), str(UUID(int=0))),
        (Decimal("1.50"), "1.50"),
        *((value, None) for value in (None, True, 1.5, b"a", [1], {"a": 1}, (1,), object(), Document(pk=1), Document)),
    ],
)
def test_json_holds_numbers_and_texts(value: Any, key: Any) -> None:
    assert key_as_json(value) == key
