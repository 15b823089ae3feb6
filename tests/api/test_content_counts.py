"""Numbers of what a template holds: counted by the database, without a look at what is in it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.content import contents_of_rows
from django_workflow_engine.selectors.contents import ContentCounts, count_contents
from tests.api.conftest import Office
from tests.client import count_statements
from tests.factories import STRATEGIES

pytestmark = pytest.mark.django_db
COUNTS = "{ workflows { edges { node { pipelinesCount totalStagesCount totalApprovalsCount } } } }"


def test_the_database_counts_what_the_content_holds(office: Office) -> None:
    made = [office.template(strategy, positions=4, company_id=None) for strategy in STRATEGIES]
    rows = [*made, WorkFlow.objects.create(name_en="Empty")]
    trees = contents_of_rows(rows)
    assert count_contents([row.pk for row in rows]) == {pk: ContentCounts.of(tree) for pk, tree in trees.items()}


def test_a_count_reads_no_content(office: Office) -> None:
    office.template(1, positions=4, company_id=office.owner.pk)
    with CaptureQueriesContext(connection) as captured:
        _number, data = count_statements(COUNTS, office.owner)
    (edge,) = data["workflows"]["edges"]
    assert edge["node"]["totalStagesCount"] > 0
    asked = [query["sql"] for query in captured if "stage_info" in query["sql"]]
    assert len(asked) == 1
    assert "COUNT(" in asked[0]
    assert "form_info" not in asked[0]
