"""The objects of a model may be the rows of a view, which a database may be unable to lock."""

from __future__ import annotations

import pytest
from django.db import connection, models, transaction
from django.test.utils import isolate_apps

from django_workflow_engine.models.locks import locked_row
from tests.factories import DocumentFactory

# MySQL commits where a view is made: what the test writes would stay.
pytestmark = pytest.mark.django_db(transaction=True)

PLAIN = "SELECT id, title FROM testapp_document"
GROUPED = "SELECT MIN(id) AS id, title FROM testapp_document GROUP BY title"


@pytest.mark.parametrize("query", [PLAIN, GROUPED], ids=["plain", "grouped"])
@isolate_apps("tests.testapp")
def test_a_row_of_a_view_is_read(query: str) -> None:
    class Title(models.Model):
        title = models.CharField(max_length=100)

        class Meta:
            app_label = "testapp"
            managed = False

        def __str__(self) -> str:
            return self.title

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE VIEW testapp_title AS {query}")
    document = DocumentFactory()
    with transaction.atomic():
        assert str(locked_row(Title, document.pk)) == document.title
        assert locked_row(Title, document.pk + 1) is None
    with connection.cursor() as cursor:
        cursor.execute("DROP VIEW testapp_title")
