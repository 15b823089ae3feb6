"""A purchase request from its template to its completion: `python purchase.py URL SEED.json [--trusted]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from client import Client, RequestFailed, read_documents

KINDS = ["ATTACHED", "STARTED", "APPROVED", "STAGE_MOVED", "APPROVED", "COMPLETED"]


class Different(Exception):
    """Something came out differently."""


def expect(what: str, actual: Any, expected: Any) -> None:
    """Raise Different unless both are equal."""
    if actual != expected:
        raise Different(f"{what}: expected {expected!r}, got {actual!r}")


class Office:
    """The people of the demo, each with a session that is opened when it is first needed."""

    def __init__(self, url: str, seed: dict[str, Any], *, by_id: bool, stack: ExitStack) -> None:
        self._url, self.seed, self._by_id, self._stack = url, seed, by_id, stack
        self._documents = read_documents(Path(__file__).with_name("operations.graphql"))
        self._sessions: dict[str, Client] = {}

    def __getitem__(self, username: str) -> Client:
        if username not in self._sessions:
            client = Client(self._url, self._documents, by_id=self._by_id)
            self._stack.callback(client.close)
            (password,) = (user["password"] for user in self.seed["users"] if user["username"] == username)
            self._sessions[username] = client.login(username, password)
        return self._sessions[username]

    def member_of(self, group: str) -> str:
        """The name of one member of a role."""
        return next(str(user["username"]) for user in self.seed["users"] if group in user["groups"])


def create_template(office: Office) -> str:
    """A template of two stages: anyone of the reviewers of the seeded template, then its signer."""
    data = office["acme"].run("Seeded", id=office.seed["template"])
    stages = [stage for pipeline in data["workflow"]["pipelines"] for stage in pipeline["stages"]]
    approvals = [approval for stage in stages for approval in stage["approvals"]]
    role = next(approval["userRole"]["id"] for approval in approvals if approval["userRole"])
    signer = next(approval["approvalUser"]["id"] for approval in approvals if approval["approvalUser"])
    review = {"approvalType": "ROLE", "userRole": role, "roleSelectionStrategy": "ANYONE"}
    sign_off = {"approvalType": "USER", "approvalUser": signer}
    new_stages = [{"nameEn": "Review", "approvals": [review]}, {"nameEn": "Sign-off", "approvals": [sign_off]}]
    template = {
        "nameEn": "Purchases (Python)",
        "companyId": data["viewer"]["user"]["id"],
        "pipelines": [{"nameEn": "Finance", "stages": new_stages}],
    }
    workflow = office["acme"].change("CreateTemplate", input=template)["workflow"]
    expect("the template", (workflow["status"], workflow["totalApprovalsCount"]), ("ACTIVE", 2))
    return str(workflow["id"])


def approve(client: Client, run: str, outcome: str) -> dict[str, Any]:
    """The run after the step in the person's inbox was approved."""
    inbox = [edge["node"] for edge in client.run("Inbox")["myApprovals"]["edges"]]
    steps = [step["id"] for step in inbox if step["attachment"]["id"] == run]
    expect("the steps of the run in the inbox", len(steps), 1)
    payload = client.change("Approve", input={"stepId": steps[0], "comment": "Fine"})
    expect("the outcome", payload["outcome"], outcome)
    attachment: dict[str, Any] = payload["attachment"]
    return attachment


def show(run: dict[str, Any], status: str, stage: str | None, percentage: int) -> None:
    """Check and print where the run stands."""
    progress = run["progress"]
    expect("the run", (run["status"], progress["currentStage"], progress["percentage"]), (status, stage, percentage))
    waiting = ", ".join(step["assignedTo"]["username"] for step in run["currentSteps"]) or "nobody"
    print(f"  {status}  {stage or '-'}  {percentage} %  waits for {waiting}")


def follow(changes: Iterator[dict[str, Any]]) -> None:
    """Print what the subscription told, up to the end of the run."""
    for run in changes:
        print(f"  told as an event: {run['status']} {run['progress']['percentage']} %")
        if run["status"] == "COMPLETED":
            return
    raise Different("the subscription ended before the run")


def purchase(office: Office, request: str) -> None:
    """The whole story."""
    requester, target = office["erin"], {"model": "demo.PurchaseRequest", "id": request}
    order = {"workflowId": create_template(office), "target": target, "autoStart": False}
    run = requester.change("Attach", input=order)["attachment"]
    print(f"{run['target']['display']} takes a workflow")
    with requester.listen("Changes", id=run["id"]) as changes:
        show(next(changes), "NOT_STARTED", None, 0)
        show(requester.change("Start", input={"attachmentId": run["id"]})["attachment"], "IN_PROGRESS", "Review", 0)
        reviewer = office[office.member_of("Finance reviewers")]
        show(approve(reviewer, run["id"], "STAGE_ADVANCED"), "IN_PROGRESS", "Sign-off", 50)
        completed = approve(office["carla"], run["id"], "WORKFLOW_COMPLETED")
        expect("the end", (completed["status"], completed["progress"]["percentage"]), ("COMPLETED", 100))
        follow(changes)
    events = requester.run("History", id=run["id"])["attachment"]["events"]
    kinds = [event["kind"] for event in events if event["kind"] != "SEAT_CLOSED"]
    expect("the audit trail", kinds, KINDS)
    print(f"  COMPLETED  {' → '.join(kinds)}")


def main() -> int:
    """0 when everything came out as expected, 1 when anything differed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("seed", type=Path, help="what `manage.py seed_demo --json` prints")
    parser.add_argument("--trusted", action="store_true", help="send the ids of documents, never their text")
    options = parser.parse_args()
    seed = json.loads(options.seed.read_text("utf-8"))
    with ExitStack() as stack:
        try:
            office = Office(options.url, seed, by_id=options.trusted, stack=stack)
            purchase(office, seed["purchase_requests"][-1])
        except (Different, RequestFailed) as error:
            print(f"DIFFERENT: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
