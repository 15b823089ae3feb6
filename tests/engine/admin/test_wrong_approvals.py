"""Numbers and forms of approvals that cannot work are refused by the pages, as rows and as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gql_workflows.demo.models import DynamicForm
from tests.engine.admin.approval_pages import INFO, holder, row_errors, rows, send, sent
from tests.engine.admin.pages import Admin, errors
from tests.factories import STRATEGIES, UserFactory, by_self, group_of
from tests.snapshot import unchanged
from tests.wrong_approvals import OF_ANOTHER_KIND, WRONG

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]


@pytest.fixture
def role(settings: Any) -> Any:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    DynamicForm.objects.create(pk=1, name="Reasons", form_schema={})
    return group_of(UserFactory())


def test_rows_with_them_are_refused_at_the_row_s_field(strategy: int, role: Any, admin: Admin) -> None:
    row = holder(strategy, by_self())
    page, name, found = sent(admin, row), INFO[type(row)], {}
    with unchanged():
        for wrong in WRONG:
            said = {"step_approval_type": "approve"}
            answer = send(admin, row, page | rows(name, said | by_self(), said | wrong.approval(role.pk)))
            assert answer.status_code == 200
            assert list(errors(answer)) == [name]
            found[str(wrong)] = [list(at_row) for at_row in row_errors(answer, name)]
    assert found == {str(one): [[], [one.key]] for one in WRONG}


def test_json_with_them_is_refused_with_the_path(strategy: int, role: Any, admin: Admin) -> None:
    row = holder(strategy, by_self())
    page, name, found = sent(admin, row), INFO[type(row)], {}
    with unchanged():
        for wrong in [*WRONG, *OF_ANOTHER_KIND]:
            text = json.dumps({"approvals": [by_self(), wrong.approval(role.pk)]})
            answer = send(admin, row, page | {f"{name}-mode": "json", name: text})
            assert answer.status_code == 200
            ((field, (message,)),) = errors(answer).items()
            found[str(wrong)] = (field, message.partition(": ")[0])
    path = f"{name}.approvals.1"
    assert found == {str(one): (name, f"{path}.{one.key}") for one in [*WRONG, *OF_ANOTHER_KIND]}
