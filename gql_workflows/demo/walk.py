"""The walk-through: a purchase request to its completion, another to its rejection, and a small one past an approval.

Every line is checked; `Surprise` says what came out differently.
"""

from __future__ import annotations

from typing import Any

from gql_workflows.demo import operations
from gql_workflows.demo.people import BUDGET_MANAGERS, CFO, COMPANY, EXECUTIVES, REQUESTER, REVIEWERS
from gql_workflows.demo.sessions import Say, Sessions, expect


class Walk:
    """One company at work: each person is a session of their own."""

    def __init__(self, sessions: Sessions, say: Say) -> None:
        self._sessions, self._say = sessions, say
        self.person, self._seed = sessions.person, sessions.seed

    def run(self) -> None:
        """The whole story."""
        approved, rejected, small = self._seed["purchase_requests"][:3]
        self._say(f"1-2  Purchase requests of {REQUESTER} take workflows: {approved}, {rejected}, {small}")
        template = self.create_template()
        self.reject_one(template, rejected)
        self.approve_one(template, approved)
        self.approve_small_one(template, small)

    def create_template(self) -> str:
        """Step 3: the template, nested, in one mutation."""
        answer = self.person(COMPANY).run(operations.CREATE, input=self._template())["createWorkflow"]
        expect("createWorkflow.errors", answer["errors"], [])
        workflow = answer["workflow"]
        expect("the template", (workflow["status"], workflow["isActive"]), ("ACTIVE", True))
        expect("its stages", workflow["totalStagesCount"], 4)
        self._say(f"3    {COMPANY} creates “{workflow['nameEn']}”: {workflow['completionStatus']['message']}")
        return str(workflow["id"])

    def attach(self, template: str, request: str) -> dict[str, Any]:
        """Step 4: attach and start."""
        variables = {
            "workflowId": template,
            "target": {"model": "demo.PurchaseRequest", "id": request},
            "metadata": {"priority": "normal"},
        }
        answer = self.person(REQUESTER).run(operations.ATTACH, input=variables)["attachWorkflow"]
        expect("attachWorkflow.errors", answer["errors"], [])
        attachment: dict[str, Any] = answer["attachment"]
        expect("the version is frozen", attachment["workflow"]["isHidden"], True)
        self._say(f"4    {REQUESTER} attaches it to “{attachment['target']['display']}”")
        self._show(attachment, "Initial Review", "Finance", 0)
        return attachment

    def reject_one(self, template: str, request: str) -> None:
        """Step 6: the budget is refused."""
        attachment = self.attach(template, request)
        self.approve(template, attachment, self._asked(attachment), "STAGE_ADVANCED", "Budget Approval", "Finance", 25)
        manager = self._members(BUDGET_MANAGERS)[1]
        step = self._waiting(manager, template, attachment)
        variables = {"stepId": step, "reason": "No budget left this quarter"}
        answer = self.person(manager).run(operations.REJECT, input=variables)["rejectStep"]
        expect("rejectStep.errors", answer["errors"], [])
        expect("the outcome", answer["outcome"], "WORKFLOW_REJECTED")
        expect("the run", answer["attachment"]["status"], "REJECTED")
        expect("nothing waits any more", answer["attachment"]["currentSteps"], [])
        self._say(f"6    {manager} rejects: {variables['reason']}")
        self._show(answer["attachment"], "Budget Approval", "Finance", 25)

    def approve_one(self, template: str, request: str) -> None:
        """Steps 4, 5 and 7: every stage approves, and everybody can follow it."""
        attachment = self.attach(template, request)
        story = [
            (self._asked(attachment), "STAGE_ADVANCED", "Budget Approval", "Finance", 25),
            (self._members(BUDGET_MANAGERS)[0], "STAGE_ADVANCED", "Final Sign-off", "Finance", 50),
            (CFO, "PIPELINE_ADVANCED", "Executive Approval", "Management", 75),
            (self._members(EXECUTIVES)[0], "STEP_APPROVED", "Executive Approval", "Management", 75),
            (self._members(EXECUTIVES)[1], "WORKFLOW_COMPLETED", "Executive Approval", "Management", 100),
        ]
        for decider, outcome, stage, pipeline, percentage in story:
            self.approve(template, attachment, decider, outcome, stage, pipeline, percentage)
        self.track(attachment)

    def approve_small_one(self, template: str, request: str) -> None:
        """Step 8: the executives are not asked for a small amount, and the history says why."""
        attachment = self.attach(template, request)
        self.approve(template, attachment, self._asked(attachment), "STAGE_ADVANCED", "Budget Approval", "Finance", 25)
        manager = self._members(BUDGET_MANAGERS)[0]
        self.approve(template, attachment, manager, "STAGE_ADVANCED", "Final Sign-off", "Finance", 50)
        self.approve(template, attachment, CFO, "WORKFLOW_COMPLETED", "Final Sign-off", "Finance", 100)
        found = self.person(REQUESTER).run(operations.TRACK, id=attachment["id"])["attachment"]
        skipped = [event for event in found["events"] if event["kind"] == "POSITION_SKIPPED"]
        expect("what was skipped", [event["toStage"] for event in skipped], ["Executive Approval"])
        seen = skipped[0]["details"]["values"]
        expect("what its condition saw", seen, {"amount": "400.00"})
        self._say(f"8    {REQUESTER} sees that “Executive Approval” was not asked: {seen}")

    def approve(
        self,
        template: str,
        attachment: dict[str, Any],
        decider: str,
        outcome: str,
        stage: str,
        pipeline: str,
        done: int,
    ) -> None:
        """Step 5: one approval from the decider's own inbox."""
        step = self._waiting(decider, template, attachment)
        variables = {"stepId": step, "comment": f"Fine with {decider}"}
        answer = self.person(decider).run(operations.APPROVE, input=variables)["approveStep"]
        expect("approveStep.errors", answer["errors"], [])
        expect("the outcome", answer["outcome"], outcome)
        expect("who decided", answer["step"]["actionUser"]["username"], decider)
        self._say(f"5    {decider} approves: {outcome}")
        self._show(answer["attachment"], stage, pipeline, done)

    def track(self, attachment: dict[str, Any]) -> None:
        """Step 7: the end, as the requester sees it."""
        found = self.person(REQUESTER).run(operations.TRACK, id=attachment["id"])["attachment"]
        expect("the run", found["status"], "COMPLETED")
        expect("the place", (found["progress"]["position"], found["progress"]["total"]), (4, 4))
        kinds = [event["kind"] for event in found["events"] if event["kind"] != "SEAT_CLOSED"]
        expect("the approvals in the audit trail", kinds.count("APPROVED"), 5)
        expect("its ends", (kinds[0], kinds[-1]), ("ATTACHED", "COMPLETED"))
        self._say(f"7    {REQUESTER} sees {found['status']} with {len(found['events'])} lines of history:")
        for event in found["events"]:
            places = " → ".join(place for place in (event["fromStage"], event["toStage"]) if place)
            self._say(f"       {event['kind']:<15} {event['user']['username']:<8} {places}")

    def _template(self) -> dict[str, Any]:
        """The reference's template, with the ids of roles and people as the seeded one shows them."""
        seeded = self.person(COMPANY).run(operations.ROLES, id=self._seed["template"])["workflow"]
        approvals = [stage["approvals"][0] for pipeline in seeded["pipelines"] for stage in pipeline["stages"]]
        review, budget, sign_off, executive = approvals
        finance, management = (pipeline["departmentId"] for pipeline in seeded["pipelines"])
        return {
            "nameEn": "Purchase Request Approval (walk-through)",
            "nameAr": "موافقة طلب الشراء",
            "companyId": self._sessions.id_of(COMPANY),
            "pipelines": [
                {
                    "nameEn": "Finance",
                    "departmentId": finance,
                    "stages": [
                        _stage("Initial Review", "#3498db", _by_role(review, "ROUND_ROBIN")),
                        _stage("Budget Approval", "#f39c12", _by_role(budget, "ANYONE")),
                        _stage("Final Sign-off", "#27ae60", _by_user(sign_off)),
                    ],
                },
                {
                    "nameEn": "Management",
                    "departmentId": management,
                    "condition": {"compare": {"field": "amount", "operator": "GREATER_OR_EQUAL", "value": 1000}},
                    "stages": [_stage("Executive Approval", "#8e44ad", _by_role(executive, "CONSENSUS"))],
                },
            ],
        }

    def _members(self, group: str) -> list[str]:
        return sorted(user["username"] for user in self._seed["users"] if group in user["groups"])

    def _asked(self, attachment: dict[str, Any]) -> str:
        """The one reviewer whose turn it is."""
        steps = attachment["currentSteps"]
        expect("one reviewer is asked", len(steps), 1)
        reviewer = str(steps[0]["assignedTo"]["username"])
        expect("who is a reviewer", reviewer in self._members(REVIEWERS), True)
        return reviewer

    def _waiting(self, username: str, template: str, attachment: dict[str, Any]) -> str:
        """The step of this run in the person's own inbox."""
        inbox = self.person(username).run(operations.INBOX, workflow=template)["myApprovals"]
        found = [edge["node"] for edge in inbox["edges"] if edge["node"]["attachment"]["id"] == attachment["id"]]
        expect(f"steps in the inbox of {username}", len(found), 1)
        expect("the step may be decided", found[0]["viewerCanAct"], True)
        return str(found[0]["id"])

    def _show(self, attachment: dict[str, Any], stage: str, pipeline: str, percentage: int) -> None:
        progress = attachment["progress"]
        expect("the stage", attachment["currentStage"]["nameEn"], stage)
        expect("the pipeline", attachment["currentPipeline"]["nameEn"], pipeline)
        expect("the progress", progress["percentage"], percentage)
        place = f"{progress['position']}/{progress['total']}"
        self._say(f"       {attachment['status']:<12} {pipeline} / {stage}   {place}   {percentage} %")


def _stage(name: str, color: str, approval: dict[str, Any]) -> dict[str, Any]:
    return {"nameEn": name, "color": color, "approvals": [approval]}


def _by_role(approval: dict[str, Any], strategy: str) -> dict[str, Any]:
    return {"approvalType": "ROLE", "userRole": approval["userRole"]["id"], "roleSelectionStrategy": strategy}


def _by_user(approval: dict[str, Any]) -> dict[str, Any]:
    return {"approvalType": "USER", "approvalUser": approval["approvalUser"]["id"]}
