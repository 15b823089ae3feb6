"""The small company of the machine: its people, roles and managers, and templates of every strategy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from django.contrib.auth.models import Group, Permission, User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object, cancel_workflow, create_workflow
from tests.engine.deadlines.deadlines import within
from tests.factories import Approvals, by_role, by_self, by_user
from tests.testapp.models import Document, Profile

PEOPLE: Final = ("ann", "bea", "cem", "dan", "eva", "fay")  # each one's manager is the next one
ROLES: Final = {"board": ("bea", "cem", "dan"), "desk": ("cem", "dan", "eva"), "panel": ("ann", "eva", "fay")}
TEMPLATES: Final = ("four eyes", "votes", "at once", "chain", "one by one", "careful")
PERMISSIONS: Final = ("approve_workflow", "reject_workflow", "delegate_workflow")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the test knows of a template: its duty rules, and what each position asks, by the position's name."""

    template: WorkFlow
    duties: Sequence[str]
    positions: Mapping[str, Approvals]
    enough: int | None = None  # of approvals that are asked all at once

    def approval(self, place: str, index: int) -> Mapping[str, Any]:
        """One approval; of a workflow that has no stage and no pipeline the place is what it likes to be called."""
        return self.positions.get(place, next(iter(self.positions.values())))[index]


@dataclass
class Company:
    """The rows that every example begins with."""

    ids: dict[str, Any] = field(default_factory=dict)  # people and roles by name
    rules: dict[str, Rules] = field(default_factory=dict)

    def __post_init__(self) -> None:
        permissions = Permission.objects.filter(codename__in=PERMISSIONS)
        people = {name: User.objects.create_user(name) for name in PEOPLE}
        self.root = User.objects.create_superuser("root")
        for name, manager in pairwise(PEOPLE):
            Profile.objects.create(user=people[name], manager=people[manager])
            people[name].user_permissions.set(permissions)
        people[PEOPLE[-1]].user_permissions.set(permissions)
        self.ids = {name: user.pk for name, user in people.items()}
        for name, members in ROLES.items():
            role = Group.objects.create(name=name)
            role.user_set.set([people[member] for member in members])
            self.ids[name] = role.pk
        self._people, self._roles = people, {role.name: role for role in Group.objects.all()}
        self._write_templates()
        self.first = {self._freeze(rules.template) for rules in self.rules.values()}

    def role(self, name: str, strategy: str = "anyone", **more: Any) -> dict[str, Any]:
        return by_role(self._roles[name], strategy) | more

    def user(self, name: str) -> dict[str, Any]:
        return by_user(self._people[name])

    def _freeze(self, template: WorkFlow) -> int:
        """Have the version that all runs share; the attachment that made it is called off, and of no interest."""
        first = Document.objects.create(title="first")
        attachment = attach_workflow_to_object(first, template, user=self._people["ann"])
        return cancel_workflow(attachment_id=attachment.pk, actor=self.root, reason="Done").pk

    def _write_templates(self) -> None:
        named, after = {name: user.pk for name, user in self._people.items()}, "P2D"
        timely = {"remind_before": ["P1D"]}
        both = ["requester_never_decides", "distinct_approvers"]
        self._write(
            "four eyes",
            WorkflowStrategy.WORKFLOW_PIPELINE,
            [
                [within(self.role("board"), after, on_timeout="escalate", **timely)],
                [within(self.role("desk", "quorum", quorum_count=2), after, on_timeout="reject")],
            ],
            duty_rules=both,
        )
        self._write(
            "votes",
            WorkflowStrategy.WORKFLOW_PIPELINE_STAGE,
            [
                [
                    within(
                        self.role("board", "quorum", quorum_count=2),
                        after,
                        on_timeout="fallback",
                        fallback_user=named["fay"],
                        **timely,
                    )
                ],
                [within(self.role("desk", "majority"), after, on_timeout="escalate")],
                [self.role("panel", "consensus")],
            ],
        )
        self._write(
            "at once",
            WorkflowStrategy.WORKFLOW_ONLY,
            [
                [
                    within(self.user("ann"), after, on_timeout="escalate", **timely),
                    self.role("desk", "round_robin"),
                    within(self.role("panel"), after, on_timeout="notify", **timely),
                ]
            ],
            enough=2,
        )
        self._write(
            "chain",
            WorkflowStrategy.WORKFLOW_PIPELINE,
            [
                [within(self.role("board", "hierarchy_chain", hierarchy_levels=2), after, **timely)],
                [by_self()],
            ],
            on_reject="requester",
            duty_rules=["distinct_approvers"],
        )
        self._write(
            "one by one",
            WorkflowStrategy.WORKFLOW_ONLY,
            [
                [
                    self.user("bea") | {"step_approval_type": "check_in_verify"},
                    self.role("desk", "percentage", percentage_required=50),
                    {"approval_type": "team_head"},
                ]
            ],
            duty_rules=["requester_never_decides"],
        )
        self._write(
            "careful",
            WorkflowStrategy.WORKFLOW_PIPELINE_STAGE,
            [
                [within(self.role("desk"), after, on_timeout="fallback", **{"fallback_role": self.ids["panel"]})],
                [self.role("board", "round_robin")],
                [within(self.user("fay"), after, on_timeout="reject")],
            ],
            on_reject="previous",
            duty_rules=both,
        )

    def _write(
        self,
        name: str,
        strategy: WorkflowStrategy,
        positions: Sequence[Approvals],
        *,
        enough: int | None = None,
        on_reject: str = "end",
        duty_rules: Sequence[str] = (),
    ) -> None:
        """Store a template whose positions are named after it."""
        names = [f"{name} {place}" for place in range(len(positions))]
        fields: dict[str, Any] = {"name_en": name, "strategy": strategy, "duty_rules": list(duty_rules)}
        named = dict(zip(names, positions, strict=True))
        asked = [{"name_en": own, "on_reject": on_reject, "approvals": at} for own, at in named.items()]
        if strategy == WorkflowStrategy.WORKFLOW_ONLY:
            together = {} if enough is None else {"approval_mode": "parallel", "required_approvals": enough}
            spec = WorkflowSpec(**fields, **together, approvals=positions[0])
        elif strategy == WorkflowStrategy.WORKFLOW_PIPELINE:
            spec = WorkflowSpec(**fields, pipelines=[PipelineSpec(**one) for one in asked])
        else:
            stages = [StageSpec(**one) for one in asked]
            spec = WorkflowSpec(
                **fields,
                pipelines=[
                    PipelineSpec(name_en=f"{name} begins", stages=stages[:2]),
                    PipelineSpec(name_en=f"{name} ends", stages=stages[2:]),
                ],
            )
        self.rules[name] = Rules(
            template=create_workflow(spec=spec),
            duties=duty_rules,
            positions=named,
            enough=enough,
        )
