"""Building the rows again from the runs that are there, in batches, beside verbs that go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import QuerySet

from django_workflow_engine.access import principals, recording
from django_workflow_engine.access.derivation import Expected, expected
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.models.access import RunParticipation, VersionReadership
from django_workflow_engine.models.locks import for_update, kept
from django_workflow_engine.transactions import reading_where_it_is_written, verb

BATCH: Final = 500
Row = tuple[Any, str]  # the key of an attachment or a workflow, and a principal


@dataclass(kw_only=True)
class Differences:
    """What is missing and what nothing explains: rows of participations and of readerships."""

    missing_participations: list[Row] = field(default_factory=list)
    missing_readerships: list[Row] = field(default_factory=list)
    wrong_participations: list[Row] = field(default_factory=list)
    wrong_readerships: list[Row] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """How many rows are not there."""
        return len(self.missing_participations) + len(self.missing_readerships)

    @property
    def wrong(self) -> int:
        """How many rows are there without a reason."""
        return len(self.wrong_participations) + len(self.wrong_readerships)

    def __bool__(self) -> bool:
        return bool(self.missing or self.wrong)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One batch: the last attachment looked at, how many there were, and what was found."""

    last: Any
    size: int
    differences: Differences


def rebuild(*, mend: bool = True, after: Any = None, size: int = BATCH) -> Iterator[Batch]:
    """Compare all attachments behind the key `after` with their rows and, if asked to, mend these.

    Each batch with a difference is looked at once more under locks, in a transaction of its own: an interrupted pass
    goes on behind the last batch.
    """
    with reading_where_it_is_written():
        if mend and after is None:
            recording.follow_company(_templates_that_moved())
        while keys := _keys_behind(after, size):
            yield Batch(last=keys[-1], size=len(keys), differences=_look_at(keys, mend=mend))
            after = keys[-1]


@verb
def update_run_access(attachment: WorkflowAttachment) -> None:
    """Make the rows of one run follow what RUN_PRINCIPALS, its template's company and its history say now.

    For a project whose principals of a run depend on something that changed.
    """
    _settle([attachment.pk], mend=True)


def _templates_that_moved() -> list[Any]:
    """The templates with a frozen version that has another company."""
    names = ("company_id", "company_deleted")
    versions = WorkFlow.objects.filter(is_hidden=True, cloned_from__isnull=False).order_by()
    rows = versions.values_list("cloned_from_id", *names, *(f"cloned_from__{name}" for name in names))
    return sorted({row[0] for row in rows if row[1:3] != row[3:]})


def _keys_behind(last: Any, size: int) -> list[Any]:
    rows = WorkflowAttachment.objects.order_by("pk")
    return list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[:size])


def _look_at(keys: Sequence[Any], *, mend: bool) -> Differences:
    """The differences of these attachments; what runs on meanwhile is no difference."""
    rows = list(_rows(keys))
    found = _compare(rows)
    if not found:
        return found
    return _settle(keys, mend=mend) if found.wrong or not mend else _add(found, rows)


@verb
def _add(found: Differences, rows: Sequence[WorkflowAttachment]) -> Differences:
    """Add what is missing, which hinders no verb; looked at anew where a run went, or changed hands, meanwhile."""
    keys = [row.pk for row in rows]
    there = {row.pk for row in kept(WorkflowAttachment.objects.filter(pk__in=keys))}
    companies = {
        row.pk: row.company_id for row in kept(WorkFlow.objects.filter(pk__in={row.workflow_id for row in rows}))
    }
    if any(row.pk not in there or companies.get(row.workflow_id) != row.workflow.company_id for row in rows):
        return _settle(keys, mend=True)
    _mend(found, rows)
    return found


def _rows(keys: Sequence[Any]) -> QuerySet[WorkflowAttachment]:
    return WorkflowAttachment.objects.filter(pk__in=keys).select_related("workflow").order_by("pk")


@verb
def _settle(keys: Sequence[Any], *, mend: bool) -> Differences:
    """The differences under the locks that verbs and template edits respect, mended if asked to."""
    rows = list(for_update(_rows(keys), keys_stay=True))
    workflows = {row.pk: row for row in kept(WorkFlow.objects.filter(pk__in={row.workflow_id for row in rows}))}
    for row in rows:
        row.workflow = workflows[row.workflow_id]
    found = _compare(rows)
    if mend and found:
        _mend(found, rows)
    return found


def _compare(attachments: Sequence[WorkflowAttachment]) -> Differences:
    wanted, found = expected(attachments), Differences()
    past = {row.pk for row in attachments if row.run_number > 1}.union(wanted.objects_gone)
    there = RunParticipation.objects.filter(attachment__in=attachments).values_list("attachment_id", "principal")
    present, needed = set(there), _pairs(wanted.participations)
    found.missing_participations = sorted(needed - present)
    # who took part in an earlier run, or had an object that is gone, goes on seeing the attachment, and not everything
    # tells of that
    people = (principals.USER, principals.REQUESTER)
    found.wrong_participations = sorted(
        row for row in present - needed if not (row[0] in past and row[1].startswith(people))
    )
    _compare_readerships(wanted, found)
    return found


def _compare_readerships(wanted: Expected, found: Differences) -> None:
    """Of readers only companies can be wrong: a version may have been used by runs that are on another one now."""
    rows = VersionReadership.objects.filter(workflow__in=wanted.readerships)
    present, needed = set(rows.values_list("workflow_id", "principal")), _pairs(wanted.readerships)
    found.missing_readerships = sorted(needed - present)
    found.wrong_readerships = sorted(row for row in present - needed if row[1].startswith(principals.COMPANY))


def _pairs(rows: Any) -> set[Row]:
    return {(key, name) for key, names in rows.items() for name in names}


def _mend(found: Differences, attachments: Sequence[WorkflowAttachment]) -> None:
    created_at = {row.pk: row.created_at for row in attachments}
    users = {
        principals.of_user(key): key for key in principals.user_keys(name for _key, name in found.missing_readerships)
    }
    recording.add_participations((key, name, created_at[key]) for key, name in found.missing_participations)
    recording.add_readerships((key, name, users.get(name)) for key, name in found.missing_readerships)
    for key, name in found.wrong_participations:
        RunParticipation.objects.filter(attachment=key, principal=name).delete()
    for key, name in found.wrong_readerships:
        VersionReadership.objects.filter(workflow=key, principal=name).delete()
