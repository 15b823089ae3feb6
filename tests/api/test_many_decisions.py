"""approveSteps with details, rejectSteps and delegateSteps: one answer for each id, in the order of the ids."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.services import approve_step, attach_workflow_to_object, create_substitution
from gql_workflows.demo.models import DynamicForm
from gql_workflows.ids import global_id
from gql_workflows.permissions import AccessPolicy
from tests.api.conftest import Office
from tests.api.limiting import asked as cost_of
from tests.api.limiting import limited
from tests.client import Api, count_statements
from tests.factories import STRATEGIES, DocumentFactory, by_role, by_user, group_of, template_for
from tests.runs import asked, attachment_of, history, open_steps, seat, steps_of
from tests.snapshot import unchanged
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db
FLAT = WorkflowStrategy.WORKFLOW_ONLY
EVERY_STRATEGY = pytest.mark.parametrize("strategy", STRATEGIES)
FORM = {"type": "object", "properties": {"unit_price": {"type": "number"}}, "required": ["unit_price"]}
NOTHING = {"results": [], "errors": []}


def mutation(name: str) -> str:
    kind = name[0].upper() + name[1:] + "Input!"
    return f"""
    mutation M($input: {kind}, $key: String) {{ {name}(input: $input, idempotencyKey: $key) {{
      results {{
        outcome step {{ id assignedTo {{ username }} actionUser {{ username }} }} attachment {{ status }}
        errors {{ code path }}
      }}
      errors {{ code path }}
    }} }}
    """


APPROVE, REJECT, DELEGATE = map(mutation, ("approveSteps", "rejectSteps", "delegateSteps"))
ALL = [("approveSteps", APPROVE), ("rejectSteps", REJECT), ("delegateSteps", DELEGATE)]
EVERY_VERB = pytest.mark.parametrize(("name", "document"), ALL)


@pytest.fixture
def mona(office: Office) -> User:
    return office.members[0]


def waiting(user: User, number: int, strategy: Any = FLAT, **approval: Any) -> list[Document]:
    """Objects that wait for this user."""
    template = template_for(strategy, [[by_user(user) | approval]])
    documents: list[Document] = DocumentFactory.create_batch(number)
    for document in documents:
        attach_workflow_to_object(document, template, user)
    return documents


def ids(documents: list[Document], user: User) -> list[str]:
    return [global_id("ApprovalStep", seat(document, user).pk) for document in documents]


def more(name: str, receiver: User) -> dict[str, Any]:
    """What else the mutation has to be told."""
    given: dict[str, dict[str, Any]] = {
        "rejectSteps": {"reason": "No"},
        "delegateSteps": {"userId": global_id("User", receiver.pk)},
    }
    return given.get(name, {})


def told(answer: dict[str, Any]) -> list[Any]:
    """The outcome of each, or the codes and paths of its refusal."""
    assert answer["errors"] == []
    return [
        result["outcome"] or [(error["code"], *error["path"]) for error in result["errors"]]
        for result in answer["results"]
    ]


@pytest.mark.usefixtures("office")
class TestDetails:
    """What is said of single steps with approveSteps."""

    @pytest.fixture
    def form(self, settings: Any) -> dict[str, Any]:
        settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
        form = DynamicForm.objects.create(name="Offer", form_schema=FORM)
        return {"step_approval_type": "submit", "required_form": form.pk}

    @EVERY_STRATEGY
    def test_a_comment_of_its_own_stands_in_place_of_the_common_one(
        self, member: Api, mona: User, strategy: WorkflowStrategy
    ) -> None:
        documents = waiting(mona, 4, strategy)
        first, second, third, fourth = ids(documents, mona)
        details = [
            {"stepId": third, "comment": "Just so"},
            {"stepId": first, "comment": None},
            {"stepId": second, "comment": ""},
        ]
        given = {"stepIds": [first, second, third, fourth], "comment": "Fine", "details": details}
        assert told(member.run(APPROVE, input=given)["approveSteps"]) == ["WORKFLOW_COMPLETED"] * 4
        comments = [history(document, "comment")[2] for document in documents]
        assert comments == [("approved", text) for text in ("Fine", "", "Just so", "Fine")]

    def test_form_data_is_each_step_s_own_and_its_faults_are_told_there(
        self, member: Api, mona: User, form: dict[str, Any]
    ) -> None:
        documents = waiting(mona, 5, **form)
        step_ids = ids(documents, mona)
        details: list[dict[str, Any]] = [
            {"stepId": step_ids[3], "formData": {"unit_price": "cheap"}},
            {"stepId": step_ids[0], "formData": {"unit_price": 5}},
            {"stepId": step_ids[2], "comment": "No data"},
            {"stepId": step_ids[4], "formData": [1]},
        ]
        answer = member.run(APPROVE, input={"stepIds": step_ids, "details": details})["approveSteps"]
        assert told(answer) == [
            "WORKFLOW_COMPLETED",
            [("FORM_DATA_REQUIRED", "stepIds", "1")],
            [("FORM_DATA_REQUIRED", "details", "2", "formData")],
            [("FORM_DATA_INVALID", "details", "0", "formData", "unit_price")],
            [("INVALID", "details", "3", "formData")],
        ]
        assert steps_of(documents[0])[0].form_data == {"unit_price": 5}
        assert [attachment_of(document).status for document in documents] == ["completed", *["in_progress"] * 4]

    def test_form_data_where_none_is_asked_for_is_refused_at_its_place(self, member: Api, mona: User) -> None:
        step_ids = ids(waiting(mona, 2, step_approval_type="move"), mona)
        details = [{"stepId": step_ids[1], "formData": {"a": 1}}]
        answer = member.run(APPROVE, input={"stepIds": step_ids, "details": details})["approveSteps"]
        assert told(answer) == ["WORKFLOW_COMPLETED", [("FORM_NOT_ACCEPTED", "details", "0", "formData")]]

    def test_a_check_in_is_expected_of_each(self, member: Api, mona: User) -> None:
        step_ids = ids(waiting(mona, 2, step_approval_type="check_in_verify"), mona)
        details = [{"stepId": one, "expect": "NOT_CHECKED_IN"} for one in step_ids]
        given = {"stepIds": step_ids, "details": details}
        assert told(member.run(APPROVE, input=given)["approveSteps"]) == ["CHECKED_IN"] * 2
        with unchanged():
            again = member.run(APPROVE, input=given)["approveSteps"]
        assert told(again) == [[("CONFLICT", "details", number, "expect")] for number in "01"]
        assert [result["step"]["id"] for result in again["results"]] == step_ids

    def test_words_that_cannot_be_stored_are_told_where_they_are(self, member: Api, mona: User) -> None:
        step_ids = ids(waiting(mona, 3), mona)
        details = [{"stepId": step_ids[1], "comment": "a\0b"}, {"stepId": step_ids[2], "formData": {"a": "\0"}}]
        given = {"stepIds": step_ids, "comment": "c\0d", "details": details}
        with unchanged():
            assert told(member.run(APPROVE, input=given)["approveSteps"]) == [
                [("INVALID", "comment")],
                [("INVALID", "details", "0", "comment")],
                [("INVALID", "comment")],
            ]

    @pytest.mark.parametrize(
        ("named", "places"), [((0, 0), "1"), ((9,), "0"), (("x",), "0"), ((0, 9, 0, 1, 1), "124"), (("x", "x"), "01")]
    )
    def test_details_belong_to_one_of_the_steps_each(
        self, member: Api, mona: User, named: tuple[Any, ...], places: str
    ) -> None:
        documents = waiting(mona, 3)
        *step_ids, other = ids(documents, mona)
        keys = [{0: step_ids[0], 1: step_ids[1], 9: other}.get(one, one) for one in named]
        given = {"stepIds": step_ids, "details": [{"stepId": key, "comment": "Fine"} for key in keys]}
        with unchanged():
            answer = member.run(APPROVE, input=given)["approveSteps"]
        paths = [["details", place, "stepId"] for place in places]
        assert answer == {"results": [], "errors": [{"code": "INVALID", "path": path} for path in paths]}

    def test_a_thousand_details_are_refused_before_anything_is_approved(self, member: Api, mona: User) -> None:
        (step_id,) = ids(waiting(mona, 1), mona)
        given = {"stepIds": [step_id], "details": [{"stepId": step_id, "comment": "x"}] * 1_000}
        with unchanged():
            answer = member.run(APPROVE, input=given)["approveSteps"]
        assert answer["results"] == []
        assert {error["code"] for error in answer["errors"]} == {"INVALID"}
        assert answer["errors"][0]["path"] == ["details", "1", "stepId"]

    def test_details_of_steps_that_are_not_there_are_told_with_these(
        self, office: Office, member: Api, mona: User
    ) -> None:
        (hidden,) = waiting(office.stranger, 1)
        (theirs,) = ids([hidden], office.stranger)
        plain = str(seat(hidden, office.stranger).pk)
        step_ids = ["nonsense", theirs, plain, global_id("User", mona.pk)]
        given = {"stepIds": step_ids, "details": [{"stepId": one, "comment": "x"} for one in step_ids]}
        with unchanged():
            answer = member.run(APPROVE, input=given)["approveSteps"]
        assert told(answer) == [[("NOT_FOUND", "stepIds", number)] for number in "0123"]

    @pytest.mark.parametrize("details", [[{"comment": "x"}], [None], [{"stepId": "x", "form": {}}], "x"])
    def test_malformed_details_are_refused_by_the_schema(self, member: Api, mona: User, details: Any) -> None:
        (step_id,) = ids(waiting(mona, 1), mona)
        with unchanged():
            errors = member.errors(APPROVE, input={"stepIds": [step_id], "details": details})
        assert [error["extensions"]["code"] for error in errors] == ["BAD_USER_INPUT"]

    def test_null_and_an_empty_list_are_no_details(self, member: Api, mona: User) -> None:
        first, second = ids(waiting(mona, 2), mona)
        for step_id, details in ((first, None), (second, [])):
            given = {"stepIds": [step_id], "details": details}
            assert told(member.run(APPROVE, input=given)["approveSteps"]) == ["WORKFLOW_COMPLETED"]

    def test_a_whole_page_with_details_is_approved_by_one_call(self, member: Api) -> None:
        step_ids = [global_id("ApprovalStep", number) for number in range(1, 101)]
        details = [{"stepId": one, "formData": {"lines": [1, 2, 3]}} for one in step_ids]
        answer = member.run(APPROVE, input={"stepIds": step_ids, "details": details})["approveSteps"]
        assert told(answer) == [[("NOT_FOUND", "stepIds", str(number))] for number in range(100)]

    def test_the_same_call_with_a_key_is_one_call(self, member: Api, mona: User, form: dict[str, Any]) -> None:
        step_ids = ids(waiting(mona, 2, **form), mona)
        details = [{"stepId": step_ids[0], "formData": {"unit_price": 5}}]
        given = {"stepIds": step_ids, "details": details}
        first = member.run(APPROVE, input=given, key="k")["approveSteps"]
        assert told(first) == ["WORKFLOW_COMPLETED", [("FORM_DATA_REQUIRED", "stepIds", "1")]]
        with unchanged():
            assert member.run(APPROVE, input=given, key="k")["approveSteps"] == first
            details[0]["formData"] = {"unit_price": 6}
            assert member.run(APPROVE, input=given, key="k")["approveSteps"] == {
                "results": [],
                "errors": [{"code": "CONFLICT", "path": ["idempotencyKey"]}],
            }


@EVERY_STRATEGY
def test_one_that_is_not_rejected_leaves_the_others_rejected(
    office: Office, member: Api, mona: User, strategy: WorkflowStrategy
) -> None:
    documents = waiting(mona, 2, strategy)
    (shared, lost) = DocumentFactory.create_batch(2)
    for document in (shared, lost):
        attach_workflow_to_object(document, office.template(strategy, 1), office.owner)
    first, second, third = ids([*documents, lost], mona)
    other = global_id("ApprovalStep", seat(shared, office.members[1]).pk)
    approve_step(step_id=seat(lost, office.members[1]).pk, actor=office.members[1])
    given = {"stepIds": [third, first, "nonsense", other, second, first], "reason": "Too dear"}
    answer = member.run(REJECT, input=given)["rejectSteps"]
    assert told(answer) == [
        [("STEP_ALREADY_DECIDED", "stepIds", "0")],
        "WORKFLOW_REJECTED",
        [("NOT_FOUND", "stepIds", "2")],
        [("NOT_YOUR_STEP", "stepIds", "3")],
        "WORKFLOW_REJECTED",
        "WORKFLOW_REJECTED",
    ]
    won = answer["results"][0]
    assert (won["step"]["id"], won["attachment"]["status"]) == (third, "COMPLETED")
    assert [history(document, "comment")[-1] for document in documents] == [("rejected", "Too dear")] * 2
    assert len(open_steps(shared)) == 2


def test_a_blank_reason_rejects_nothing(member: Api, mona: User) -> None:
    step_ids = ids(waiting(mona, 2), mona)
    with unchanged():
        answer = member.run(REJECT, input={"stepIds": step_ids, "reason": " "})["rejectSteps"]
    assert told(answer) == [[("REQUIRED", "reason")]] * 2


@EVERY_STRATEGY
def test_one_that_is_not_passed_on_leaves_the_others_passed_on(
    office: Office, member: Api, mona: User, strategy: WorkflowStrategy
) -> None:
    milo = office.members[1]
    documents = waiting(mona, 2, strategy)
    attach_workflow_to_object(office.document, office.template(strategy, 1), office.owner)
    step_ids = ids([*documents, office.document], mona)
    given = {"stepIds": step_ids, "userId": global_id("User", milo.pk), "reason": "Away"}
    answer = member.run(DELEGATE, input=given)["delegateSteps"]
    assert told(answer) == ["DELEGATED", "DELEGATED", [("CONFLICT", "userId")]]
    assert [result["step"]["id"] for result in answer["results"][:2]] == step_ids[:2]
    assert [asked(document) for document in documents] == [[milo], [milo]]
    assert history(documents[0], "comment")[-1] == ("delegated", "Away")


@pytest.mark.parametrize("receiver", ["stranger", "nobody", "nonsense"])
def test_nothing_is_passed_on_to_whom_the_caller_may_not_look_up(
    office: Office, member: Api, mona: User, receiver: str
) -> None:
    people = {"stranger": global_id("User", office.stranger.pk), "nobody": global_id("User", 987_654)}
    given = {"stepIds": ids(waiting(mona, 2), mona), "userId": people.get(receiver, receiver)}
    with unchanged():
        assert told(member.run(DELEGATE, input=given)["delegateSteps"]) == [[("NOT_FOUND", "userId")]] * 2


@EVERY_VERB
def test_none_at_all_is_nothing(office: Office, member: Api, name: str, document: str) -> None:
    with unchanged():
        assert member.run(document, input={"stepIds": [], **more(name, office.members[1])})[name] == NOTHING


@EVERY_VERB
@pytest.mark.parametrize("number", [101, 190])
def test_more_than_a_hundred_are_refused(office: Office, member: Api, name: str, document: str, number: int) -> None:
    step_ids = [*ids(waiting(office.members[0], 1), office.members[0])] * number
    with unchanged():
        answer = member.run(document, input={"stepIds": step_ids, **more(name, office.members[1])})[name]
    assert answer == {"results": [], "errors": [{"code": "INVALID", "path": ["stepIds"]}]}


@EVERY_VERB
def test_a_thousand_are_more_than_a_document_may_ask_for(office: Office, member: Api, name: str, document: str) -> None:
    step_ids = [*ids(waiting(office.members[0], 1), office.members[0])] * 1_000
    with unchanged():
        (error,) = member.errors(document, input={"stepIds": step_ids, **more(name, office.members[1])})
    assert (error["extensions"]["code"], error["extensions"]["limit"]) == ("LIMIT_EXCEEDED", "COST")


@EVERY_VERB
def test_steps_that_are_not_the_caller_s_are_told_apart_from_those_that_do_not_exist(
    office: Office, stranger: Api, name: str, document: str
) -> None:
    attach_workflow_to_object(office.document, office.template(FLAT), office.owner)
    step_ids = ids([office.document, office.document], office.members[0])
    given = {"stepIds": step_ids, **more(name, office.members[1])}
    with unchanged():
        assert told(stranger.run(document, input=given)[name]) == [[("NOT_FOUND", "stepIds", one)] for one in "01"]
        answer = Api(office.owner).run(document, input=given)[name]
        assert told(answer) == [[("NOT_YOUR_STEP", "stepIds", one)] for one in "01"]


class Hiding(AccessPolicy):
    """Hides the steps of one object."""

    def steps(self, user: Any) -> Any:
        return super().steps(user).exclude(flow__workflow_attachment__workflow__name_en__startswith="Hidden")


@EVERY_VERB
def test_a_step_that_the_policy_hides_is_not_decided(
    office: Office, member: Api, settings: Any, name: str, document: str
) -> None:
    mona, milo = office.members
    (seen,) = waiting(mona, 1)
    hidden = DocumentFactory()
    attach_workflow_to_object(hidden, template_for(FLAT, [[by_user(mona)]], name_en="Hidden"), office.owner)
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.Hiding"}
    given = {"stepIds": ids([hidden, seen], mona), **more(name, milo)}
    refused, decided = told(member.run(document, input=given)[name])
    assert refused == [("NOT_FOUND", "stepIds", "0")]
    assert isinstance(decided, str)
    assert history(hidden) == ["attached", "started"]


@EVERY_VERB
def test_a_missing_permission_is_an_error_of_the_request(
    office: Office, member: Api, settings: Any, name: str, document: str
) -> None:
    given = {"stepIds": ids(waiting(office.members[0], 2), office.members[0]), **more(name, office.members[1])}
    rules = {"PERMISSIONS": {"REQUIRE_PERMISSION_TO_APPROVE": True}}
    settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, **rules}
    with unchanged():
        (error,) = member.errors(document, input=given)
    assert error["extensions"]["code"] == "FORBIDDEN"


@EVERY_VERB
def test_a_substitute_decides_for_the_person(office: Office, stranger: Api, name: str, document: str) -> None:
    mona, milo = office.members
    office.role.user_set.add(office.stranger)  # who may look up milo then
    documents = waiting(mona, 2)
    create_substitution(actor=mona, substitute_id=office.stranger.pk)
    given = {"stepIds": ids(documents, mona), **more(name, milo)}
    outcomes = told(stranger.run(document, input=given)[name])
    assert len(set(outcomes)) == 1
    assert isinstance(outcomes[0], str)
    lines = [history(one, "actor_name", "on_behalf_of_name") for one in documents]
    assert all(("stan", "mona") in [line[1:] for line in found] for found in lines)


@EVERY_VERB
def test_a_key_makes_of_two_calls_one(office: Office, member: Api, name: str, document: str) -> None:
    mona, milo = office.members
    given = {"stepIds": [*ids(waiting(mona, 2), mona), "nonsense"], **more(name, milo)}
    first = member.run(document, input=given, key="a")[name]
    assert told(first)[2] == [("NOT_FOUND", "stepIds", "2")]
    with unchanged():
        assert member.run(document, input=given, key="a")[name] == first


@pytest.mark.parametrize("name", ["rejectSteps", "delegateSteps"])
def test_they_cost_as_much_as_approvals(name: str) -> None:
    with limited(COST=3_504):
        asked_for = cost_of(f"mutation {{ {name}(input: {{stepIds: [1, 1, 1]}}) {{ errors {{ code }} }} }}")
    assert asked_for == ("COST", 3_504, 3_505)


@pytest.mark.parametrize(
    ("given", "cost"),
    [
        ("{stepIds: [1, 1], details: [{stepId: 1, formData: {stepIds: [1, 2, 3]}}]}", 505 + 2_000 + 4 * 5),
        ("{details: [{stepId: 1}, {stepId: 1}]}", 505 + 2 * 5),
        ("{stepIds: 1}", 505),
    ],
)
def test_details_cost_as_the_items_of_any_list(given: str, cost: int) -> None:
    document = f"mutation {{ approveSteps(input: {given}) {{ errors {{ code }} }} }}"
    with limited(COST=cost - 1):
        assert cost_of(document) == ("COST", cost - 1, cost)


@EVERY_VERB
def test_each_step_costs_the_same_statements_however_many_there_are(office: Office, name: str, document: str) -> None:
    mona, milo = office.members

    def cost(number: int) -> int:
        given = {"stepIds": ids(waiting(mona, number), mona), **more(name, milo)}
        if name == "approveSteps":
            given["details"] = [{"stepId": one, "comment": "x"} for one in given["stepIds"]]
        statements, data = count_statements(document, mona, input=given)
        assert [result["errors"] for result in data[name]["results"]] == [[]] * number
        return statements

    cost(1)
    one, three, nine = cost(1), cost(3), cost(9)
    each = (three - one) // 2
    assert (three - one, nine - three) == (2 * each, 6 * each)


def test_seats_of_a_role_stay_with_the_role(office: Office, member: Api) -> None:
    """Rejecting one of two seats of a run closes the other: whoever has it is told that it was decided."""
    mona, milo = office.members
    both = group_of(mona, milo, name="Both")
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(FLAT, [[by_role(both, "consensus")]]), office.owner)
    step_ids = [global_id("ApprovalStep", seat(document, one).pk) for one in (mona, milo)]
    create_substitution(actor=milo, substitute_id=mona.pk)
    answer = member.run(REJECT, input={"stepIds": step_ids, "reason": "No"})["rejectSteps"]
    assert told(answer) == ["WORKFLOW_REJECTED", [("STEP_ALREADY_DECIDED", "stepIds", "1")]]
