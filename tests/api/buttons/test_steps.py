"""The buttons of a step: delegate, escalate, claim, release and reassign, by scenario and by who looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from approval_workflow.services import advance_flow
from django.contrib.auth.models import Permission, User

from django_workflow_engine.approvals.eligibility import Obstacle
from django_workflow_engine.choices import DutyRule, WorkflowStrategy
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import (
    attach_workflow_to_object,
    cancel_workflow,
    claim_step,
    create_substitution,
    delegate_step,
    request_changes,
)
from gql_workflows.ids import global_id
from gql_workflows.permissions import AccessPolicy
from tests.api.buttons.pressing import button, check
from tests.client import count_statements
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, attachment_of, open_steps, seat
from tests.testapp.models import Profile

pytestmark = pytest.mark.django_db
PEOPLE: Final = ("mona", "milo", "boss", "sub", "olga", "acme", "root", "free")
FREE: Final = [None, None, None, "NOT_CLAIMED", "NOT_ALLOWED"]
ADMINISTRATOR: Final = [*["NOT_YOUR_STEP"] * 4, None]


class Case:
    """A run of olga's on a template of acme's, where mona, whose manager is boss, and milo, who has none, may decide.

    While it lasts, sub stands in for mona. `step` is mona's, or who else has the seat that the scenario is about.
    """

    def __init__(self, strategy: WorkflowStrategy, settings: Any) -> None:
        self.strategy, self.settings = strategy, settings
        settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
        self.people = {name: UserFactory(username=name) for name in PEOPLE}
        User.objects.filter(username="root").update(is_staff=True, is_superuser=True)
        self.profile = Profile.objects.create(user=self.people["mona"], manager=self.people["boss"])
        self.role = group_of(self.people["mona"], self.people["milo"])
        self.document = DocumentFactory(created_by=self.people["olga"])
        create_substitution(actor=self.people["mona"], substitute_id=self.people["sub"].pk)
        self.begin(by_role(self.role))

    def begin(self, approval: dict[str, Any], **fields: Any) -> None:
        """Start the run, in the place of one that goes on."""
        WorkflowAttachment.objects.all().delete()
        positions = [[approval]] * (1 if self.strategy == WorkflowStrategy.WORKFLOW_ONLY else 2)
        template = template_for(self.strategy, positions, company_id=self.people["acme"].pk, **fields)
        attach_workflow_to_object(self.document, template, user=self.people["olga"])
        self.step = next(one for one in open_steps(self.document) if one.assigned_to == self.people["mona"])

    def configure(self, **values: Any) -> None:
        self.settings.DJANGO_WORKFLOW_ENGINE = {**self.settings.DJANGO_WORKFLOW_ENGINE, **values}

    def permit(self, *names: str, **who: str) -> None:
        """Ask for permissions from now on, and give people, by name, these."""
        self.configure(PERMISSIONS={"REQUIRE_PERMISSION_TO_APPROVE": True})
        for name, codenames in who.items():
            found = Permission.objects.filter(codename__in=codenames.split())
            assert len(found) == len(codenames.split())
            self.people[name].user_permissions.set(found)

    def belong_to(self, name: str) -> None:
        self.document.created_by = self.people[name]
        self.document.save()

    def reasons(self, name: str) -> list[str | None] | None:
        """What this person is told of the five buttons, which the mutations have confirmed."""
        step_id, receiver = global_id("ApprovalStep", self.step.pk), global_id("User", self.people["free"].pk)
        given = {"stepId": step_id}
        buttons = [
            button("Delegate", "delegateStep", given | {"userId": receiver}),
            button("Escalate", "escalateStep", given),
            button("Claim", "claimStep", given),
            button("Release", "releaseStep", given),
            button("Reassign", "reassignStep", given | {"userId": receiver, "reason": "Away"}),
        ]
        return check(User.objects.get(username=name), "ApprovalStep", buttons, step_id)


class EverybodyIsKnown(AccessPolicy):
    """Whom a seat is passed to may be looked up, so that nothing but the button is refused."""

    def delegates(self, user: Any) -> Any:
        return User.objects.all()


class NobodyMends(EverybodyIsKnown):
    """A project's own rule of who puts runs right."""

    def may_mend(self, user: Any, attachment: WorkflowAttachment) -> bool:
        return user.username == "milo"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What happens in a case, and what each of these people is told then."""

    told: Mapping[str, list[str | None] | None]
    happen: Callable[[Case], Any] = lambda case: None
    strategies: tuple[WorkflowStrategy, ...] = field(default=STRATEGIES)


def everywhere(reason: str, *, release: str = "NOT_CLAIMED", reassign: str | None = "NOT_ALLOWED") -> list[str | None]:
    """The reason against deciding keeps from passing on and from claiming."""
    return [reason, reason, reason, release, reassign]


def claim(name: str) -> Callable[[Case], Any]:
    def happen(case: Case) -> None:
        claim_step(step_id=seat(case.document, case.people[name]).pk, actor=case.people[name])

    return happen


def lose_the_role(case: Case) -> None:
    case.role.user_set.remove(case.people["mona"])


def ask_for_changes(case: Case) -> None:
    request_changes(step_id=case.step.pk, actor=case.people["mona"], reason="More")
    (case.step,) = open_steps(case.document)


def cancel(case: Case) -> None:
    cancel_workflow(attachment_id=attachment_of(case.document).pk, actor=case.people["olga"], reason="Over")


def forbid_one_s_own(name: str) -> Callable[[Case], Any]:
    """The object turns out to be this person's, and nobody decides on what is their own."""

    def happen(case: Case) -> None:
        case.belong_to(name)
        case.configure(FORBID_SELF_APPROVAL=True)

    return happen


def rule_of_requesters(name: str) -> Callable[[Case], Any]:
    """The same by the workflow's own rule."""

    def happen(case: Case) -> None:
        case.begin(by_role(case.role), duty_rules=[DutyRule.REQUESTER_NEVER_DECIDES])
        case.belong_to(name)

    return happen


def decide_twice(case: Case) -> None:
    """At the second position, mona has a seat that no verb would give."""
    case.begin(by_role(case.role), duty_rules=[DutyRule.DISTINCT_APPROVERS])
    approve(case.document, case.people["mona"])
    (waiting,) = open_steps(case.document)
    advance_flow(case.document, "delegated", waiting.assigned_to, delegate_to=case.people["mona"])
    case.step = seat(case.document, case.people["mona"])


def manager(**fields: Any) -> Callable[[Case], Any]:
    def happen(case: Case) -> None:
        User.objects.filter(username="boss").update(**fields)

    return happen


def report_to(name: str | None) -> Callable[[Case], Any]:
    def happen(case: Case) -> None:
        case.profile.manager = None if name is None else case.people[name]
        case.profile.save()

    return happen


def pass_to_the_boss(case: Case) -> None:
    """The boss, whose own manager is mona, may give it back to where it came from."""
    Profile.objects.create(user=case.people["boss"], manager=case.people["mona"])
    delegate_step(step_id=case.step.pk, actor=case.people["mona"], user_id=case.people["boss"].pk)
    case.step = seat(case.document, case.people["boss"])


DECIDE, PASS_ON = "approve_workflow reject_workflow", "delegate_workflow"
BY_BOTH: Final = (WorkflowStrategy.WORKFLOW_PIPELINE_STAGE, WorkflowStrategy.WORKFLOW_PIPELINE)
SCENARIOS: Final[Mapping[str, Scenario]] = {
    "open": Scenario(
        told={
            "mona": FREE,
            "sub": FREE,
            "milo": everywhere("NOT_YOUR_STEP", release="NOT_YOUR_STEP"),
            "olga": everywhere("NOT_YOUR_STEP", release="NOT_YOUR_STEP"),
            "acme": ADMINISTRATOR,
            "root": ADMINISTRATOR,
            "free": None,
        }
    ),
    "claimed by its holder": Scenario(
        happen=claim("mona"),
        told={
            "mona": [None, None, None, None, "NOT_ALLOWED"],
            "sub": everywhere("STEP_CLAIMED"),
            "root": ADMINISTRATOR,
        },
    ),
    "claimed by somebody else": Scenario(
        happen=claim("milo"), told={"mona": everywhere("STEP_CLAIMED"), "sub": everywhere("STEP_CLAIMED")}
    ),
    "claimed in the holder's place": Scenario(
        happen=lambda case: claim_step(step_id=case.step.pk, actor=case.people["sub"]),
        told={"sub": [None, None, None, None, "NOT_ALLOWED"], "mona": everywhere("STEP_CLAIMED")},
    ),
    "no approval of one": Scenario(
        happen=lambda case: case.begin(by_role(case.role, "consensus")),
        told={name: [None, None, "NOT_CLAIMABLE", "NOT_CLAIMED", "NOT_ALLOWED"] for name in ("mona", "sub")},
    ),
    "asked alone": Scenario(
        happen=lambda case: case.begin(by_user(case.people["mona"])),
        told={"mona": [None, None, "NOT_CLAIMABLE", "NOT_CLAIMED", "NOT_ALLOWED"]},
    ),
    "decided": Scenario(
        happen=lambda case: approve(case.document, case.people["mona"]),
        told={
            "mona": everywhere("ALREADY_DECIDED", release="ALREADY_DECIDED"),
            "root": everywhere("NOT_YOUR_STEP", release="NOT_YOUR_STEP", reassign="ALREADY_DECIDED"),
        },
    ),
    "passed on": Scenario(
        happen=pass_to_the_boss,
        told={
            "boss": [None, None, None, "NOT_CLAIMED", "NOT_ALLOWED"],
            "mona": everywhere("NOT_YOUR_STEP", release="NOT_YOUR_STEP"),
        },
    ),
    "out of the role": Scenario(
        happen=lose_the_role,
        told={
            "mona": everywhere("ROLE_LOST", release="ROLE_LOST"),
            "sub": everywhere("ROLE_LOST", release="ROLE_LOST"),
            "root": ADMINISTRATOR,
        },
    ),
    "waiting for its requester": Scenario(
        happen=ask_for_changes,
        told={
            "olga": everywhere("NOT_IN_PROGRESS"),
            "root": everywhere("NOT_YOUR_STEP", release="NOT_YOUR_STEP", reassign="NOT_IN_PROGRESS"),
        },
    ),
    "cancelled": Scenario(
        happen=cancel,
        told={
            "mona": everywhere("ALREADY_DECIDED", release="ALREADY_DECIDED"),
            "acme": everywhere("NOT_YOUR_STEP", release="NOT_YOUR_STEP", reassign="ALREADY_DECIDED"),
        },
    ),
    "object gone": Scenario(
        happen=lambda case: case.document.delete(),
        told={
            "mona": everywhere("TARGET_GONE"),
            "root": everywhere("NOT_YOUR_STEP", release="NOT_YOUR_STEP", reassign="TARGET_GONE"),
        },
    ),
    "permissions asked for": Scenario(
        happen=lambda case: case.permit(free=DECIDE),
        told={"mona": everywhere("PERMISSION_MISSING"), "root": ADMINISTRATOR},
    ),
    "permitted to decide alone": Scenario(
        happen=lambda case: case.permit(mona=DECIDE, sub=DECIDE, boss=DECIDE, free=DECIDE),
        told={
            name: ["PERMISSION_MISSING", "PERMISSION_MISSING", None, "NOT_CLAIMED", "NOT_ALLOWED"]
            for name in ("mona", "sub")
        },
    ),
    "permitted to pass on alone": Scenario(
        happen=lambda case: case.permit(mona=PASS_ON, boss=DECIDE, free=DECIDE, milo=f"{DECIDE} {PASS_ON}"),
        told={"mona": [None, None, "PERMISSION_MISSING", "NOT_CLAIMED", "NOT_ALLOWED"]},
    ),
    "manager without the permission": Scenario(
        happen=lambda case: case.permit(mona=f"{DECIDE} {PASS_ON}", sub=PASS_ON, free=DECIDE),
        told={
            "mona": [None, "MANAGER_LACKS_PERMISSION", None, "NOT_CLAIMED", "NOT_ALLOWED"],
            "sub": [None, "MANAGER_LACKS_PERMISSION", "PERMISSION_MISSING", "NOT_CLAIMED", "NOT_ALLOWED"],
        },
    ),
    "no manager": Scenario(
        happen=report_to(None),
        told={name: [None, "NO_MANAGER", None, "NOT_CLAIMED", "NOT_ALLOWED"] for name in ("mona", "sub")},
    ),
    "manager inactive": Scenario(
        happen=manager(is_active=False), told={"mona": [None, "NO_MANAGER", None, "NOT_CLAIMED", "NOT_ALLOWED"]}
    ),
    "manager asked already": Scenario(
        happen=report_to("milo"),
        told={name: [None, "MANAGER_HAS_SEAT", None, "NOT_CLAIMED", "NOT_ALLOWED"] for name in ("mona", "sub")},
    ),
    "manager's own object": Scenario(
        happen=forbid_one_s_own("boss"), told={"mona": [None, "MANAGER_BARRED", None, "NOT_CLAIMED", "NOT_ALLOWED"]}
    ),
    "manager barred by a rule": Scenario(
        happen=rule_of_requesters("boss"),
        told={name: [None, "MANAGER_BARRED", None, "NOT_CLAIMED", "NOT_ALLOWED"] for name in ("mona", "sub")},
    ),
    "holder's own object": Scenario(
        happen=forbid_one_s_own("mona"),
        told={name: everywhere("SELF_APPROVAL_FORBIDDEN") for name in ("mona", "sub")} | {"root": ADMINISTRATOR},
    ),
    "substitute's own object": Scenario(
        happen=rule_of_requesters("sub"), told={"mona": FREE, "sub": everywhere("DUTY_RULE")}
    ),
    "holder barred by a rule": Scenario(
        happen=rule_of_requesters("mona"), told={name: everywhere("DUTY_RULE") for name in ("mona", "sub")}
    ),
    "decided elsewhere": Scenario(
        happen=decide_twice,
        strategies=BY_BOTH,
        told={"mona": everywhere("DUTY_RULE"), "sub": everywhere("DUTY_RULE"), "root": ADMINISTRATOR},
    ),
    "administrator's own object": Scenario(
        happen=lambda case: case.belong_to("root"),
        told={
            "root": everywhere("NOT_YOUR_STEP", release="NOT_YOUR_STEP", reassign="OWN_OBJECT"),
            "acme": ADMINISTRATOR,
        },
    ),
    "mended by another rule": Scenario(
        happen=lambda case: setattr(case.settings, "GQL_WORKFLOWS", policy_of(NobodyMends)),
        told={
            "root": everywhere("NOT_YOUR_STEP", release="NOT_YOUR_STEP"),
            "milo": ADMINISTRATOR,
        },
    ),
}
CASES: Final = [(name, strategy) for name, scenario in SCENARIOS.items() for strategy in scenario.strategies]


def policy_of(policy: type[AccessPolicy]) -> dict[str, Any]:
    return {"ACCESS_POLICY": f"{__name__}.{policy.__name__}"}


@pytest.mark.parametrize(("name", "strategy"), CASES)
def test_the_buttons_say_what_the_mutations_answer(settings: Any, name: str, strategy: WorkflowStrategy) -> None:
    settings.GQL_WORKFLOWS = policy_of(EverybodyIsKnown)
    case, scenario = Case(strategy, settings), SCENARIOS[name]
    scenario.happen(case)
    assert {who: case.reasons(who) for who in scenario.told} == scenario.told


def test_every_reason_is_told_somewhere() -> None:
    told = {reason for scenario in SCENARIOS.values() for reasons in scenario.told.values() for reason in reasons or ()}
    assert told - {None} == set(Obstacle.__members__)


def test_a_page_costs_the_same_however_many_people_have_the_seats(settings: Any) -> None:
    """One stands in for six people, each with a manager of their own, whose permissions are asked for, too."""
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    settings.DJANGO_WORKFLOW_ENGINE = settings.DJANGO_WORKFLOW_ENGINE | {
        "PERMISSIONS": {"REQUIRE_PERMISSION_TO_APPROVE": True},
        "FORBID_SELF_APPROVAL": True,
    }
    viewer, *people = (UserFactory(is_superuser=True) for _number in range(7))
    for number, person in enumerate(people):
        Profile.objects.create(user=person, manager=UserFactory(is_superuser=bool(number % 2)))
        create_substitution(actor=person, substitute_id=viewer.pk)
        template = template_for(1, [[by_role(group_of(person, UserFactory(is_superuser=True)))]])
        attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), template, user=UserFactory())
    names = ("Delegate", "Escalate", "Claim", "Release", "Reassign")
    fields = " ".join(f"viewerCannot{name}Reason" for name in names)
    document = f"{{ myApprovals(first: %d) {{ edges {{ node {{ {fields} }} }} }} }}"
    for rows in (2, 6):  # content types and versions are warm, as in a server that has run for a while
        count_statements(document % rows, viewer)
    few, many = (count_statements(document % rows, viewer) for rows in (2, 6))
    told = [edge["node"]["viewerCannotEscalateReason"] for edge in many[1]["myApprovals"]["edges"]]
    assert sorted(told, key=str) == ["MANAGER_LACKS_PERMISSION"] * 3 + [None] * 3
    assert few[0] == many[0]
