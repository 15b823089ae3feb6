"""Writing who takes part: each verb adds what is new in its own transaction, and nothing is computed at a read.

Rows are only added: whoever took part goes on seeing the run. They go with the run, the version or the user, and
those of a company follow the template when it gets another one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice
from operator import itemgetter
from typing import Any, Final

from django.db.models import QuerySet

from django_workflow_engine.access import principals
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.models.access import RunParticipation, VersionReadership
from django_workflow_engine.models.locks import for_update
from django_workflow_engine.models.verbs import method_of_a_model
from django_workflow_engine.transactions import atomic

_BATCH: Final = 2_000


def record(attachment: WorkflowAttachment, user_ids: Iterable[Any], requesters: Iterable[Any] = ()) -> None:
    """Note that these users, beside whoever sees the run anyway, take part in it, and whose own it is; two statements.

    A requester takes part, too.
    """
    record_all([(attachment, user_ids, requesters)])


def record_all(joined: Collection[tuple[WorkflowAttachment, Iterable[Any], Iterable[Any]]]) -> None:
    """`record` for several attachments, each with its users and requesters; two statements, none for nobody."""
    if not joined:
        return
    participations: list[tuple[Any, str, Any]] = []
    readerships: dict[tuple[Any, str], Any] = {}
    for attachment, user_ids, requesters in joined:
        own = set(requesters) - {None}
        people = {principals.of_user(key): key for key in own.union(user_ids) - {None}}
        participations += ((attachment.pk, principals.of_requester(key), attachment.created_at) for key in own)
        for name in {*people, *principals.of_run(attachment)}:
            participations.append((attachment.pk, name, attachment.created_at))
            readerships[attachment.workflow_id, name] = people.get(name)
    # sorted: two verbs that add the same wait in one order
    add_participations(sorted(participations))
    add_readerships((*key, person) for key, person in sorted(readerships.items(), key=itemgetter(0)))


def follow_version(attachment: WorkflowAttachment) -> None:
    """Let whoever took part in earlier runs read the version of the next one, too; two statements."""
    rows = RunParticipation.objects.filter(attachment=attachment).order_by("principal")
    names = list(rows.exclude(principal__startswith=principals.REQUESTER).values_list("principal", flat=True))
    people = {principals.of_user(key): key for key in principals.user_keys(names)}
    add_readerships((attachment.workflow_id, name, people.get(name)) for name in names)


def add_participations(rows: Iterable[tuple[Any, str, Any]]) -> None:
    """Add what is not there: attachment, principal, and the attachment's `created_at`."""
    RunParticipation.objects.bulk_create(
        [RunParticipation(attachment_id=key, principal=name, created_at=at) for key, name, at in rows],
        ignore_conflicts=True,
        batch_size=_BATCH,
    )


def add_readerships(rows: Iterable[tuple[Any, str, Any]]) -> None:
    """Add what is not there: workflow, principal, and the key of the user that the principal is, or None."""
    VersionReadership.objects.bulk_create(
        [VersionReadership(workflow_id=key, principal=name, person_id=person) for key, name, person in rows],
        ignore_conflicts=True,
        batch_size=_BATCH,
    )


@method_of_a_model
@atomic()
def follow_company(workflow_ids: Collection[Any]) -> None:
    """Give the frozen versions and the runs of these templates to the companies that the templates have now.

    The versions are locked against whoever attaches: a run that begins meanwhile waits, and finds the new company.
    """
    for template in WorkFlow.objects.filter(pk__in=workflow_ids, is_hidden=False).order_by("pk"):
        versions = for_update(WorkFlow.objects.filter(cloned_from=template, is_hidden=True).order_by("pk"))
        used = [template.pk, *(version.pk for version in versions)]
        WorkFlow.objects.filter(pk__in=used).exclude(pk=template.pk).update(
            company=template.company_id, company_deleted=template.company_deleted
        )
        _give_to(None if template.company_id is None else principals.of_company(template.company_id), used)


def _give_to(company: str | None, workflow_ids: Collection[Any]) -> None:
    """Make this company, or none, the only one that sees the runs on these workflows for its own."""
    runs = WorkflowAttachment.objects.filter(workflow__in=workflow_ids).order_by()
    _of_others(RunParticipation.objects.filter(attachment__in=runs.values("pk")), company).delete()
    _of_others(VersionReadership.objects.filter(workflow__in=workflow_ids), company).delete()
    if company is None:
        return
    found = runs.values_list("pk", "created_at").iterator(chunk_size=_BATCH)
    while batch := [(key, company, at) for key, at in islice(found, _BATCH)]:
        add_participations(batch)
    add_readerships((key, company, None) for key in runs.values_list("workflow", flat=True).distinct())


def _of_others(rows: QuerySet[Any], company: str | None) -> QuerySet[Any]:
    """The rows of other companies than this one."""
    of_companies = rows.filter(principal__startswith=principals.COMPANY)
    return of_companies if company is None else of_companies.exclude(principal=company)


def forget_user(key: Any) -> None:
    """Take away what a deleted user, and the company that it stood for, saw: another one may get its key."""
    gone = [principals.of_user(key), principals.of_requester(key), principals.of_company(key)]
    RunParticipation.objects.filter(principal__in=gone).delete()
    VersionReadership.objects.filter(principal__in=gone).delete()
