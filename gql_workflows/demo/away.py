"""The walk-through's second part: an approver on holiday, one who has left the company, and one who is late.

Every line is checked; `Surprise` says what came out differently.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from subprocess import CompletedProcess
from typing import Any, Final

from gql_workflows.demo import away_operations as asked
from gql_workflows.demo import operations
from gql_workflows.demo.people import CFO, COMPANY, REQUESTER
from gql_workflows.demo.sessions import Say, Sessions, expect

Manage = Callable[..., CompletedProcess[str]]  # a management command on the server's data

SUBSTITUTE: Final = "bea"
LEAVER, SUCCESSOR = "frank", "fatima"
FALLBACK: Final = "eva"
SECONDS_TO_DECIDE: Final = 1
LEAVE: Final = f"""
from django.contrib.auth import get_user_model
get_user_model().objects.filter(username="{LEAVER}").update(is_active=False)
"""


class AwayWalk:
    """Three small purchases, none of which is approved by whoever its template names."""

    def __init__(self, sessions: Sessions, manage: Manage, say: Say) -> None:
        self._sessions, self._manage, self._say = sessions, manage, say
        self.person = sessions.person

    def run(self) -> None:
        """The whole story."""
        holiday, left, late = self._sessions.seed["purchase_requests"][:3]
        before = self._times()["count"]
        self.on_holiday(holiday)
        self.who_left(left)
        self.too_late(late)
        self.delays(before)

    def on_holiday(self, request: str) -> None:
        """Step 9: the substitute decides, and the history says for whom."""
        ends_at = datetime.now(UTC) + timedelta(days=14)
        wish = {
            "substituteId": self._sessions.id_of(SUBSTITUTE),
            "endsAt": ends_at.isoformat(),
            "reason": "On holiday",
        }
        answer = self.person(CFO).run(asked.SUBSTITUTE, input=wish)["createSubstitution"]
        expect("createSubstitution.errors", answer["errors"], [])
        expect("the substitution", answer["substitution"]["isActive"], True)
        self._say(f"9    {CFO} is on holiday until {ends_at:%Y-%m-%d}: {SUBSTITUTE} stands in")
        template = self._template("Small purchases", CFO)
        attachment = self._attach(template, request)
        self._approve(SUBSTITUTE, template)
        (line,) = self._history(attachment, "APPROVED")
        people = line["user"]["username"], line["onBehalfOf"]["username"]
        expect("who approved, and for whom", people, (SUBSTITUTE, CFO))
        self._say(f"       {SUBSTITUTE} approves for {CFO}, and the history says so")
        ended = self.person(CFO).run(asked.END, id=answer["substitution"]["id"])["endSubstitution"]
        expect("the substitution at its end", (ended["errors"], ended["substitution"]["isActive"]), ([], False))

    def who_left(self, request: str) -> None:
        """Step 10: the run stands still, is found, and is given to somebody else."""
        template = self._template("Purchases of the old team", LEAVER)
        attachment = self._attach(template, request)
        self._manage("shell", "-c", LEAVE)
        found = self._manage("doctor")
        expect("the exit status of manage.py doctor", found.returncode, 1)
        (stuck,) = self._stuck()
        expect("the run that is stuck", stuck["attachment"]["id"], attachment["id"])
        expect("what is wrong with it", stuck["problem"], "NO_ACTIVE_APPROVER")
        self._say(f"10   {LEAVER} has left the company. {COMPANY} sees: {stuck['message']}")
        (step,) = stuck["attachment"]["currentSteps"]
        wish = {"stepId": step["id"], "userId": self._sessions.id_of(SUCCESSOR), "reason": f"{LEAVER} has left"}
        answer = self.person(COMPANY).run(asked.REASSIGN, input=wish)["reassignStep"]
        expect("reassignStep.errors", answer["errors"], [])
        asked_now = [step["assignedTo"]["username"] for step in answer["attachment"]["currentSteps"]]
        expect("who is asked now", asked_now, [SUCCESSOR])
        expect("what is stuck now", self._stuck(), [])
        self._approve(SUCCESSOR, template)
        self._say(f"       {COMPANY} asks {SUCCESSOR} instead, who approves")

    def too_late(self, request: str) -> None:
        """Step 11: the time is up, and the deadline's fallback is asked; nothing is ever approved by the clock."""
        deadline = {
            "after": f"PT{SECONDS_TO_DECIDE}S",
            "onTimeout": "FALLBACK",
            "fallbackUser": self._sessions.id_of(FALLBACK),
        }
        template = self._template("Urgent purchases", CFO, deadline=deadline)
        attachment = self._attach(template, request)
        time.sleep(SECONDS_TO_DECIDE + 0.1)
        late = self.person(CFO).run(asked.LATE, workflow=template)["myApprovals"]["edges"]
        expect("what is overdue", [edge["node"]["isOverdue"] for edge in late], [True])
        fired = self._manage("run_timers")
        expect("what manage.py run_timers did", fired.stdout.strip(), "0 reminded, 1 timed out")
        self._history(attachment, "TIMED_OUT")
        self._say(f"11   {CFO} is late: {FALLBACK} is asked")
        self._approve(FALLBACK, template)
        self._say(f"       {FALLBACK} approves")

    def delays(self, before: int) -> None:
        """Step 12: how long all that took."""
        times = self._times()
        expect("decisions", times["count"], before + 3)
        self._say(f"12   {COMPANY} sees {times['count']} decisions in thirty days:")
        self._say(f"       half within {times['medianSeconds']:.1f} s, nine of ten within {times['p90Seconds']:.1f} s")

    def _template(self, name: str, approver: str, **more: Any) -> str:
        approval = {"approvalType": "USER", "approvalUser": self._sessions.id_of(approver), **more}
        wish = {
            "nameEn": name,
            "companyId": self._sessions.id_of(COMPANY),
            "strategy": "WORKFLOW_ONLY",
            "approvals": [approval],
        }
        answer = self.person(COMPANY).run(operations.CREATE, input=wish)["createWorkflow"]
        expect("createWorkflow.errors", answer["errors"], [])
        return str(answer["workflow"]["id"])

    def _attach(self, template: str, request: str) -> dict[str, Any]:
        wish = {"workflowId": template, "target": {"model": "demo.PurchaseRequest", "id": request}}
        answer = self.person(REQUESTER).run(operations.ATTACH, input=wish)["attachWorkflow"]
        expect("attachWorkflow.errors", answer["errors"], [])
        attachment: dict[str, Any] = answer["attachment"]
        return attachment

    def _approve(self, username: str, template: str) -> None:
        """The last approval of a run, from the decider's own inbox."""
        inbox = self.person(username).run(operations.INBOX, workflow=template)["myApprovals"]["edges"]
        expect(f"what waits for {username}", [edge["node"]["viewerCanAct"] for edge in inbox], [True])
        wish = {"stepId": inbox[0]["node"]["id"], "comment": f"Fine with {username}"}
        answer = self.person(username).run(operations.APPROVE, input=wish)["approveStep"]
        expect("approveStep.errors", answer["errors"], [])
        expect("the outcome", answer["outcome"], "WORKFLOW_COMPLETED")

    def _times(self) -> dict[str, Any]:
        found: dict[str, Any] = self.person(COMPANY).run(asked.DELAYS)["decisionStatistics"]["overall"]
        return found

    def _stuck(self) -> list[dict[str, Any]]:
        page = self.person(COMPANY).run(asked.STUCK)["stuckAttachments"]
        return [edge["node"] for edge in page["edges"]]

    def _history(self, attachment: dict[str, Any], kind: str) -> list[dict[str, Any]]:
        """The one line of this kind."""
        found = self.person(REQUESTER).run(asked.HISTORY, id=attachment["id"])["attachment"]
        lines = [event for event in found["events"] if event["kind"] == kind]
        expect(f"lines of the history that say {kind}", len(lines), 1)
        return lines
