"""What is searched for in the admin's lists may be of any length; the query that is made of it is not."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.engine.admin.pages import Admin
from tests.engine.admin.test_costs import LISTS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", LISTS)
def test_a_text_of_thousands_of_words_is_a_short_query(admin: Admin, model: type) -> None:
    with CaptureQueriesContext(connection) as captured:
        page = admin.list(model, q="a " * 500)
    assert page.status_code == 200
    assert max(query["sql"].count("LIKE") for query in captured) <= 1_000
