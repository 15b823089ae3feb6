"""Who may decide, and which runs can go on: read from the rows in the plainest way, by no function of the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import User

from django_workflow_engine.models import Substitution, WorkflowAttachment, WorkflowEvent
from tests.people_and_time.company import PERMISSIONS, Company, Rules
from tests.testapp.models import Document

DECISIONS: Final = ("approved", "rejected", "resubmission_requested", "changes_requested")
ALL_MUST: Final = ("consensus", "hierarchy_up", "hierarchy_chain")
COUNTED: Final = ("quorum", "majority", "percentage")
APPROVE: Final = "approve_workflow"


@dataclass(frozen=True)
class Run:
    """One attachment as its rows have it."""

    attachment: WorkflowAttachment
    rules: Rules
    document: Document | None
    steps: Sequence[ApprovalInstance]
    events: Sequence[WorkflowEvent]

    @cached_property
    def open(self) -> list[ApprovalInstance]:
        return [step for step in self.steps if step.status == "current"]

    @cached_property
    def place(self) -> str:
        where = self.attachment.current_stage or self.attachment.current_pipeline
        return "" if where is None else where.name_en

    @property
    def text(self) -> str:
        """Everything that is looked at."""
        steps = [(one.pk, one.status, one.assigned_to_id, one.extra_fields, one.due_date) for one in self.steps]
        return repr((self.attachment.status, self.place, self.own, self.document, steps, len(self.events)))

    @property
    def is_sent_back(self) -> bool:
        return bool(self.attachment.status == "changes_requested")

    @cached_property
    def own(self) -> set[Any]:
        """Whose run it is."""
        owner = None if self.document is None else self.document.created_by_id
        return {owner, self.attachment.started_by_id} - {None}

    def beside(self, step: ApprovalInstance) -> list[ApprovalInstance]:
        """The open seats of the same approval, with this one."""
        return [other for other in self.open if other.step_number == step.step_number]

    def is_self(self, step: ApprovalInstance, place: str) -> bool:
        """Whether the step's approval asks that very person."""
        return self.rules.approval(place, step.extra_fields["approval"])["approval_type"] == "self-approved"

    def decisions(self) -> Iterator[tuple[WorkflowEvent, ApprovalInstance, str, set[str]]]:
        """What people have decided in this run: the line, the step, the place, and everybody who has decided by it."""
        steps = {step.pk: step for step in self.steps}
        for event in self.events:
            if event.kind in DECISIONS and event.actor_id and event.run_number == self.attachment.run_number:
                people = {event.actor_id, event.details.get("substitute_for", event.actor_id)}
                place = event.from_stage or event.from_pipeline
                yield event, steps[event.step_id], place, people

    def voters(self, number: int) -> set[str]:
        """Who has approved what the steps of this number ask; a substitute's vote is the person's."""
        return {
            event.details.get("substitute_for", event.actor_id)
            for event, step, _place, _people in self.decisions()
            if event.kind == "approved" and step.step_number == number
        }

    def required(self, step: ApprovalInstance) -> int:
        """How many approvals are enough, by the template's words and the number of those who were asked."""
        approval, asked = self.rules.approval(self.place, step.extra_fields["approval"]), step.quorum_total
        if step.role_selection_strategy == "quorum":
            return int(approval["quorum_count"])
        if step.role_selection_strategy == "majority":
            return asked // 2 + 1
        return -(-asked * approval["percentage_required"] // 100)


class Reading:
    """Everything at one moment."""

    def __init__(self, company: Company, now: datetime, *, permission_asked: bool) -> None:
        self.now, self._permission_asked = now, permission_asked
        users = User.objects.values_list("pk", "is_active", "is_superuser")
        self.active = {key for key, is_active, _is_superuser in users if is_active}
        supers = {key for key, _is_active, is_superuser in users if is_superuser}
        self._roles, self._permitted = defaultdict(set), {name: set(supers) for name in PERMISSIONS}
        for role_id, user_id in User.groups.through.objects.values_list("group_id", "user_id"):
            self._roles[str(role_id)].add(user_id)
        permissions = User.user_permissions.through.objects.values_list("permission__codename", "user_id")
        for codename, user_id in permissions:
            self._permitted[codename].add(user_id)
        self.links = [
            (row.user_id, row.substitute_id, row.workflow_id)
            for row in Substitution.objects.all()
            if row.starts_at <= now and (row.ends_at is None or now < row.ends_at)
        ]
        self.runs = [*self._runs(company)]
        people = (self.active, self._roles, self._permitted, self.links)
        self.text = repr((people, [run.text for run in self.runs]))

    def _runs(self, company: Company) -> Iterator[Run]:
        rules = {one.template.pk: one for one in company.rules.values()}
        documents = {str(document.pk): document for document in Document.objects.all()}
        steps, events = defaultdict(list), defaultdict(list)
        for step in ApprovalInstance.objects.order_by("pk"):
            steps[step.flow_id].append(step)
        for event in WorkflowEvent.objects.order_by("pk"):
            events[event.attachment_id].append(event)
        rows = WorkflowAttachment.objects.select_related("workflow", "current_stage", "current_pipeline")
        for row in rows.exclude(pk__in=company.first).order_by("pk"):
            own = [one for one in steps[row.approval_flow_id] if one.extra_fields.get("run") == row.run_number]
            yield Run(row, rules[row.workflow.cloned_from_id], documents.get(row.object_id), own, events[row.pk])

    def run_of(self, step: ApprovalInstance) -> Run:
        return next(run for run in self.runs if run.attachment.approval_flow_id == step.flow_id)

    def open(self) -> list[tuple[Run, ApprovalInstance]]:
        return [(run, step) for run in self.runs for step in run.open]

    def substitutes_of(self, person: Any, run: Run) -> set[Any]:
        """Who may stand in for this person in the run, over at most three substitutions; all are active."""
        reached, found = {person} & self.active, set[Any]()
        for _link in range(3):
            reached = {
                to
                for by, to, template in self.links
                if by in reached and to in self.active and template in (None, run.rules.template.pk)
            }
            found |= reached
        return found - {person}

    def is_permitted(self, person: Any, codename: str = APPROVE) -> bool:
        return not self._permission_asked or person in self._permitted[codename]

    def barred(self, run: Run, step: ApprovalInstance) -> set[Any]:
        """Who must not decide on the step, by the duty rules."""
        if run.is_self(step, run.place):
            return set()
        barred = set(run.own) if "requester_never_decides" in run.rules.duties else set[Any]()
        if "distinct_approvers" in run.rules.duties:
            elsewhere = {key for _e, _s, place, people in run.decisions() if place != run.place for key in people}
            barred |= {user for user in self.active if str(user) in elsewhere}
        return barred

    def may_take(self, person: Any, step: ApprovalInstance) -> bool:
        """Whether the seat could be this person's, who has none of the same approval."""
        run = self.run_of(step)
        had = {one.assigned_to_id for one in run.steps if one.step_number == step.step_number}
        able = person in self.active and self.is_permitted(person)
        return able and person not in had and not run.is_sent_back and person not in self.barred(run, step)

    def may(self, person: Any, run: Run, step: ApprovalInstance, codename: str = APPROVE) -> bool:
        """Whether this person may decide on the open seat now."""
        return self._could(person, run, step, codename) and self._is_free(step, person)

    def _could(self, person: Any, run: Run, step: ApprovalInstance, codename: str = APPROVE) -> bool:
        """Whether this person may decide on the open seat, were it not for claims, which end by themselves."""
        holder = step.assigned_to_id
        is_decided_on = run.document is not None and not run.is_sent_back
        if not is_decided_on or not {person, holder} <= self.active or not self._keeps_role(step):
            return False
        stands_in = person in self.substitutes_of(holder, run) and self.is_permitted(holder)
        if (person != holder and not stands_in) or not self.is_permitted(person, codename):
            return False
        return not {person, holder} & self.barred(run, step)

    def _keeps_role(self, step: ApprovalInstance) -> bool:
        by_standing = (step.role_selection_strategy or "").startswith("hierarchy")
        if step.assigned_role_object_id is None or step.delegation_chain or by_standing:
            return True
        return step.assigned_to_id in self._roles.get(step.assigned_role_object_id, ())

    def _is_free(self, step: ApprovalInstance, person: Any) -> bool:
        until, claimed_by = step.extra_fields.get("claimed_until"), step.extra_fields.get("claimed_by")
        return until is None or datetime.fromisoformat(until) <= self.now or claimed_by == str(person)

    def can_go_on(self, run: Run) -> bool:
        """Whether those who are asked can complete what is asked now."""
        if run.document is None:
            return False
        if run.is_sent_back:
            return any(step.assigned_to_id in self.active for step in run.open)
        numbers = {step.step_number: step for step in run.open}
        able = [number for number, step in numbers.items() if self._can_be_complete(run, step)]
        together = next(iter(numbers.values())).extra_fields.get("together") if numbers else None
        if together is None:
            return bool(able)
        return together - len(numbers) + len(able) >= min(run.rules.enough or together, together)

    def _can_be_complete(self, run: Run, step: ApprovalInstance) -> bool:
        seats = run.beside(step)
        live = [seat for seat in seats if any(self._could(person, run, seat) for person in self.active)]
        if step.role_selection_strategy in ALL_MUST:
            return len(live) == len(seats)
        if step.role_selection_strategy in COUNTED:
            return len(run.voters(step.step_number)) + len(live) >= run.required(step)
        return bool(live)
