"""Who takes part in a run is kept as rows that the verbs write, the same as follow from the history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from approval_workflow.services import advance_flow
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured

from django_workflow_engine import services
from django_workflow_engine.access.rebuilding import rebuild
from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.models import RunParticipation, VersionReadership, WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, update_workflow
from django_workflow_engine.services.attachments import attach_on_behalf_of
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, attachment_of, seat
from tests.snapshot import unchanged
from tests.testapp.models import Profile

pytestmark = pytest.mark.django_db
ONE = WorkflowStrategy.WORKFLOW_ONLY


def people(*names: str) -> list[User]:
    return [UserFactory(username=name) for name in names]


def taking_part(obj: Any) -> set[str]:
    """The principals of the object's runs, users by their names; whose own they are is told elsewhere."""
    names = {f"user:{user.pk}": user.username for user in User.objects.all()}
    companies = {f"company:{user.pk}": f"company {user.username}" for user in User.objects.all()}
    rows = RunParticipation.objects.filter(attachment=attachment_of(obj)).exclude(principal__startswith="requester:")
    rows = rows.values_list("principal", flat=True)
    return {(names | companies).get(name, name) for name in rows}


def readers(workflow: WorkFlow) -> dict[str, Any]:
    return dict(VersionReadership.objects.filter(workflow=workflow).values_list("principal", "person"))


@pytest.fixture(autouse=True)
def nothing_differs(settings: Any) -> Iterator[None]:
    """After each test, what was written is what follows from the runs, however they went."""
    yield
    batches = list(rebuild(mend=False))
    assert [batch.differences for batch in batches if batch.differences] == []


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_verb_adds_who_takes_part_from_then_on(strategy: WorkflowStrategy) -> None:
    ann, bob, eve, acme = people("ann", "bob", "eve", "acme")
    positions = [[by_user(bob), by_role(group_of(eve, bob))]]
    template = template_for(strategy, positions, company_id=acme.pk)
    document = DocumentFactory()

    attachment = attach_workflow_to_object(document, template, ann, auto_start=False)
    assert taking_part(document) == {"ann", "company acme"}
    services.start_workflow(attachment_id=attachment.pk, actor=ann)
    assert taking_part(document) == {"ann", "company acme", "bob"}
    approve(document, bob)
    assert taking_part(document) == {"ann", "company acme", "bob", "eve"}
    row = RunParticipation.objects.filter(attachment=attachment).values_list("created_at", flat=True).distinct()
    assert list(row) == [attachment.created_at]
    assert readers(attachment.workflow) == {
        **{f"user:{user.pk}": user.pk for user in (ann, bob, eve)},
        f"company:{acme.pk}": None,
    }


def test_whoever_takes_a_seat_over_and_whoever_calls_a_run_off_takes_part() -> None:
    ann, bob, eve, joe, root = people("ann", "bob", "eve", "joe", "root")
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(ONE, [[by_user(bob)]]), ann)
    services.delegate_step(step_id=seat(document, bob).pk, actor=bob, user_id=eve.pk, reason="away")
    assert taking_part(document) == {"ann", "bob", "eve"}
    advance_flow(instance=seat(document, eve), action="delegated", user=eve, delegate_to=joe, comment="away, too")
    assert taking_part(document) == {"ann", "bob", "eve", "joe"}
    User.objects.filter(pk=root.pk).update(is_staff=True, is_superuser=True)
    root.refresh_from_db()
    services.cancel_workflow(attachment_id=attachment_of(document).pk, actor=root, reason="no use")
    assert taking_part(document) == {"ann", "bob", "eve", "joe", "root"}


def test_of_a_chain_nobody_takes_part_before_being_asked(settings: Any) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    ann, bob, boss = people("ann", "bob", "boss")
    Profile.objects.create(user=ann, manager=bob)
    Profile.objects.create(user=bob, manager=boss)
    chain = by_role(group_of(bob), "hierarchy_chain") | {"hierarchy_levels": 2}
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(ONE, [[chain]]), ann)
    assert taking_part(document) == {"ann", "bob"}
    approve(document, bob)
    assert taking_part(document) == {"ann", "bob", "boss"}


def test_whoever_took_part_in_an_earlier_run_goes_on_seeing_the_attachment() -> None:
    ann, bob, eve, joe = people("ann", "bob", "eve", "joe")
    document, template = DocumentFactory(), template_for(ONE, [[by_user(bob)]])
    first = attach_on_behalf_of(ann, document, template)
    approve(document, bob)
    update_workflow(id=template.pk, changes=WorkflowChanges(approvals=[by_user(joe)]))
    second = attach_workflow_to_object(document, template, eve)
    assert (first.pk, first.workflow != second.workflow) == (second.pk, True)
    assert taking_part(document) == {"ann", "bob", "eve", "joe"}
    assert readers(first.workflow) == {f"user:{user.pk}": user.pk for user in (ann, bob)}
    assert readers(second.workflow) == {f"user:{user.pk}": user.pk for user in (ann, bob, eve, joe)}


def test_rows_that_a_project_writes_itself_count_too() -> None:
    ann, bob = people("ann", "bob")
    document, template = DocumentFactory(), template_for(ONE, [[by_user(bob)]])
    made = WorkflowAttachment.objects.create(target=document, workflow=template, started_by=ann)
    assert taking_part(document) == {"ann"}
    services.start_workflow(attachment_id=made.pk)
    open_step = seat(document, bob)
    open_step.pk, open_step.assigned_to, open_step.assigned_role_object_id = None, ann, "1"
    open_step.save()
    assert taking_part(document) == {"ann", "bob"}


def company_is_changed_by(how: str, template: WorkFlow, company: User | None) -> None:
    key = None if company is None else company.pk
    if how == "verb":
        update_workflow(id=template.pk, changes=WorkflowChanges(company_id=key))
    elif how == "save":
        template.company = company
        template.save()
    elif how == "one field":
        template.company_id = key
        template.save(update_fields=["company"])
    else:
        WorkFlow.objects.filter(pk=template.pk).update(company=company)


@pytest.mark.parametrize("how", ["verb", "save", "one field", "update"])
@pytest.mark.parametrize("frozen", [True, False])
def test_runs_and_versions_follow_the_template_to_another_company(how: str, frozen: bool) -> None:
    ann, acme, zeta = people("ann", "acme", "zeta")
    template, other = (template_for(ONE, [[by_user(ann)]], company_id=acme.pk) for _ in range(2))
    documents = [DocumentFactory() for _ in range(3)]
    for document in documents[:2]:
        attach_workflow_to_object(document, template, ann, disable_clone=not frozen)
    attach_workflow_to_object(documents[2], other, ann, disable_clone=not frozen)
    for company in (zeta, None, acme):
        company_is_changed_by(how, template, company)
        wanted = {"ann"} if company is None else {"ann", f"company {company.username}"}
        assert [taking_part(document) for document in documents] == [wanted, wanted, {"ann", "company acme"}]
        version = attachment_of(documents[0]).workflow
        assert version.company == company
        assert set(readers(version)) == {f"user:{ann.pk}"} | ({f"company:{company.pk}"} if company else set())


def test_of_a_deleted_user_and_company_nothing_stays() -> None:
    ann, bob, acme = people("ann", "bob", "acme")
    document, template = DocumentFactory(), template_for(ONE, [[by_user(bob)]], company_id=acme.pk)
    attachment = attach_workflow_to_object(document, template, ann)
    ann.delete()
    acme.delete()
    assert taking_part(document) == {"bob"}
    assert set(readers(attachment.workflow)) == {f"user:{bob.pk}"}


def clearance(attachment: WorkflowAttachment) -> Any:
    """What the project of this test adds: whoever may look at documents with this title."""
    return CLEARANCES or [f"title:{attachment.target.title}"]


CLEARANCES: list[Any] = []


@pytest.fixture
def hook(settings: Any, nothing_differs: None) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = {"RUN_PRINCIPALS": f"{__name__}.clearance"}


@pytest.mark.usefixtures("hook")
def test_a_project_adds_principals_of_its_own_kind() -> None:
    ann, bob = people("ann", "bob")
    document = DocumentFactory(title="secret")
    attachment = attach_workflow_to_object(document, template_for(ONE, [[by_user(bob)]]), ann)
    assert taking_part(document) == {"ann", "bob", "title:secret"}
    assert readers(attachment.workflow)["title:secret"] is None

    document.title = "public"
    document.save()
    services.update_run_access(attachment)
    assert taking_part(document) == {"ann", "bob", "title:public"}


@pytest.mark.usefixtures("hook")
@pytest.mark.parametrize("wrong", [5, "", "x" * 301, "user:1", "requester:1", "company:1", "a\0b"])
def test_a_principal_that_is_none_refuses_the_verb(wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (ann,) = people("ann")
    template, document = template_for(ONE, [[by_user(ann)]]), DocumentFactory()
    monkeypatch.setitem(globals(), "CLEARANCES", [wrong])
    with pytest.raises(ImproperlyConfigured, match="clearance gives"), unchanged():
        attach_workflow_to_object(document, template, ann)


@pytest.mark.usefixtures("hook")
def test_what_a_project_s_function_raises_undoes_the_verb(monkeypatch: pytest.MonkeyPatch) -> None:
    (ann,) = people("ann")
    template, document = template_for(ONE, [[by_user(ann)]]), DocumentFactory()
    monkeypatch.setitem(globals(), "CLEARANCES", Failing())
    with pytest.raises(RuntimeError, match="no clearance"), unchanged():
        attach_workflow_to_object(document, template, ann)
    monkeypatch.setitem(globals(), "CLEARANCES", [])


class Failing:
    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("no clearance")
