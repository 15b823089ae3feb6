"""What an administrator of the other project does; `test_elsewhere` starts it in a process of its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from django_workflow_engine.models import WorkFlow
from tests.engine.admin.controls import controls
from tests.engine.admin.elsewhere.people.models import Person, Role

pytestmark = pytest.mark.django_db
PAGES = "{site}/django_workflow_engine/workflow"


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(Person.objects.create(email="root@shop.example", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def boss() -> Person:
    return Person.objects.create(email="boss@shop.example")


def filled(client: Client, address: str) -> dict[str, str]:
    page = client.get(address)
    assert page.status_code == 200
    return controls(page.content.decode())


@pytest.mark.parametrize("site", ["/admin", "/office"])
def test_a_person_and_a_role_are_named_by_their_own_keys_and_stay(site: str, client: Client, boss: Person) -> None:
    Role.objects.create(code="07")
    person = {"approval_type": "user", "approval_user": str(boss.pk)}
    role = {"approval_type": "role", "user_role": "07", "role_selection_strategy": "quorum", "quorum_count": 1500}
    fields: dict[str, Any] = {"name_en": "Leave", "strategy": "3", "workflow_info-TOTAL_FORMS": "2"}
    for index, row in enumerate((person, role)):
        fields |= {f"workflow_info-{index}-{key}": str(value) for key, value in {**row, "ORDER": index}.items()}
    pages = PAGES.format(site=site)
    assert client.post(f"{pages}/add/", filled(client, f"{pages}/add/") | fields).status_code == 302
    workflow = WorkFlow.objects.get()
    assert workflow.workflow_info == {"approvals": [person, role]}
    page = client.get(f"{pages}/{workflow.pk}/change/").content.decode()
    assert "boss@shop.example" in page
    assert "<strong>&lt;07&gt;</strong>" in page
    assert ('class="admin-autocomplete"' in page) == (site == "/admin")
    assert ('href="/admin/people/role/?_to_field=code"' in page) == (site == "/admin")
    again = filled(client, f"{pages}/{workflow.pk}/change/")
    assert client.post(f"{pages}/{workflow.pk}/change/", again).status_code == 302
    assert WorkFlow.objects.get().workflow_info == {"approvals": [person, role]}


def test_people_are_searched_on_the_site_that_has_them(client: Client, boss: Person) -> None:
    found = {
        site: client.get(f"{PAGES.format(site=site)}/approvals/search/?field_name=approval_user&term=boss")
        for site in ("/admin", "/office")
    }
    assert found["/admin"].json()["results"] == [{"id": str(boss.pk), "text": "boss@shop.example"}]
    assert found["/office"].status_code == 404


def test_a_key_that_no_person_can_have_is_refused_at_its_row(client: Client) -> None:
    address = f"{PAGES.format(site='/admin')}/add/"
    row = {"workflow_info-0-approval_type": "user", "workflow_info-0-approval_user": "7"}
    page = client.post(address, filled(client, address) | {"name_en": "Leave", "strategy": "3"} | row)
    (shown,) = page.context["adminform"].form["workflow_info"].data.formset
    assert shown.errors == {"approval_user": ["There is no such row."]}
    assert WorkFlow.objects.count() == 0
