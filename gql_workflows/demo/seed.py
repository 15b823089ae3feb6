"""Filling the sample project; what is there already stays as it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.transactions import atomic
from gql_workflows.demo.accounts import ensure_people
from gql_workflows.demo.models import PurchaseRequest
from gql_workflows.demo.people import PEOPLE, REQUESTER, Person
from gql_workflows.demo.template import ensure_template
from gql_workflows.ids import global_id

WISHES: Final = (
    ("Laptops for the new team", 1000),
    ("Office chairs", 1250),
    ("Conference tickets", 400),
    ("A larger meeting table", 1500),
)


@dataclass(frozen=True, kw_only=True)
class DemoData:
    """What the demo holds: who can sign in, the template's global id, and requests without a workflow."""

    users: list[dict[str, Any]]
    template: str
    purchase_requests: list[str]

    def as_json(self) -> dict[str, Any]:
        """One JSON object."""
        return asdict(self)


@atomic()
def seed_demo(*, requests: int = 3) -> DemoData:
    """Make sure that the demo's people and template exist, and `requests` purchase requests without a workflow."""
    users = ensure_people()
    template = ensure_template(users)
    return DemoData(
        users=[_described(person) for person in PEOPLE],
        template=global_id("Workflow", template.pk),
        purchase_requests=_ensure_requests(users[REQUESTER], requests),
    )


def _ensure_requests(requester: Any, wanted: int) -> list[str]:
    free = _without_workflow()
    missing = range(len(free), wanted)
    PurchaseRequest.objects.bulk_create([_wish(number, requester) for number in missing], batch_size=500)
    return _without_workflow() if missing else free


def _wish(number: int, requester: Any) -> PurchaseRequest:
    title, amount = WISHES[number % len(WISHES)]
    return PurchaseRequest(title=f"{title} ({number + 1})", amount=Decimal(amount), requester=requester)


def _without_workflow() -> list[str]:
    content_type = ContentType.objects.get_for_model(PurchaseRequest)
    attached = set(WorkflowAttachment.objects.filter(content_type=content_type).values_list("object_id", flat=True))
    keys = PurchaseRequest.objects.order_by("pk").values_list("pk", flat=True)
    return [str(key) for key in keys if str(key) not in attached]


def _described(person: Person) -> dict[str, Any]:
    return {
        "username": person.username,
        "password": person.password,
        "groups": list(person.groups),
        "is_superuser": person.is_superuser,
    }
