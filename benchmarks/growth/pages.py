"""The pages that are asked for, who asks, and the plain counts that stand beside some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.contrib.auth.models import User

from benchmarks.growth.people import ADMINISTRATOR, OUTSIDER
from django_workflow_engine.models import WorkFlow, WorkflowAttachment

GRAPHQL: Final = "/graphql/"
ADMIN: Final = "/admin/django_workflow_engine"


class Viewer(StrEnum):
    """Who asks, as the demo's access policy sees it."""

    MEMBER = "member"
    COMPANY = "company"
    OUTSIDER = "outsider"
    ADMINISTRATOR = "administrator"


USERNAMES: Final = {
    Viewer.MEMBER: "company-000-person-00",
    Viewer.COMPANY: "company-000",
    Viewer.OUTSIDER: OUTSIDER,
    Viewer.ADMINISTRATOR: ADMINISTRATOR,
}


@dataclass(frozen=True, kw_only=True)
class Page:
    """One address, with a GraphQL document where it is the API's."""

    name: str
    path: str = GRAPHQL
    document: str = ""
    viewers: Sequence[Viewer] = tuple(Viewer)
    counts: bool = False  # a plain count of the same rows is measured beside it


PAGES: Final = (
    Page(name="users, 20", document="{ users(first: 20) { edges { node { id username } } } }"),
    Page(
        name="users, searched",
        document='{ users(first: 20, filters: {search: "person-07"}) { edges { node { id username } } } }',
    ),
    Page(name="attachments, 50", document="{ attachments(first: 50) { edges { node { id status } } } }"),
    Page(name="attachments, counted", document="{ attachments { totalCount } }", counts=True),
    Page(name="workflows, 50", document="{ workflows(first: 50) { edges { node { id name } } } }"),
    Page(
        name="statistics",
        document="""{ workflowStatistics {
            overview { totalWorkflows } attachments { total inProgress completed rejected cancelled notStarted }
        } }""",
        counts=True,
    ),
    Page(name="inbox, 50", document="{ myApprovals(first: 50) { edges { node { id status } } } }"),
    Page(name="admin: attachments", path=f"{ADMIN}/workflowattachment/", viewers=[Viewer.ADMINISTRATOR]),
    Page(
        name="admin: attachments, searched",
        path=f"{ADMIN}/workflowattachment/?q=4711",
        viewers=[Viewer.ADMINISTRATOR],
    ),
    Page(name="admin: events", path=f"{ADMIN}/workflowevent/", viewers=[Viewer.ADMINISTRATOR]),
)


def plain_count(viewer: Viewer) -> str:
    """What counts by status the runs that this viewer sees, in the shape of data that the generator makes."""
    attachments, workflows = WorkflowAttachment._meta.db_table, WorkFlow._meta.db_table
    if viewer is Viewer.ADMINISTRATOR:
        return f"SELECT status, count(*) FROM {attachments} GROUP BY status"
    company = User.objects.get(username=USERNAMES[Viewer.COMPANY if viewer is Viewer.MEMBER else viewer]).pk
    return (
        f"SELECT a.status, count(*) FROM {attachments} a JOIN {workflows} w ON w.id = a.workflow_id"
        f" WHERE w.company_id = {company} GROUP BY a.status"
    )
