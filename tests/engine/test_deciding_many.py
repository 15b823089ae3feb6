"""Deciding several steps at once: each by itself, with its own answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.choices import StepOutcome, WorkflowStrategy
from django_workflow_engine.errors import InvalidDefinition, InvalidInput, MissingPermission, WorkflowError
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import (
    ApprovalDetail,
    Decided,
    approve_steps,
    attach_workflow_to_object,
    claim_step,
    create_substitution,
    delegate_steps,
    reject_steps,
)
from gql_workflows.demo.models import DynamicForm
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, open_steps, seat, steps_of
from tests.snapshot import unchanged
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db
EVERY_STRATEGY = pytest.mark.parametrize("strategy", STRATEGIES)
FLAT = WorkflowStrategy.WORKFLOW_ONLY
FORM = {"type": "object", "properties": {"sum": {"type": "number"}}, "required": ["sum"]}


@pytest.fixture
def ann() -> User:
    return UserFactory(username="ann")


@pytest.fixture
def bob() -> User:
    return UserFactory(username="bob")


def runs(number: int, approval: Any, strategy: Any = FLAT, **fields: Any) -> list[Document]:
    """Objects that wait for this approval."""
    template = template_for(strategy, [[approval]], **fields)
    documents: list[Document] = DocumentFactory.create_batch(number)
    for document in documents:
        attach_workflow_to_object(document, template, UserFactory())
    return documents


def ids(documents: list[Document], user: User) -> list[int]:
    return [seat(document, user).pk for document in documents]


def told(decided: list[Decided]) -> list[str]:
    """The outcome of each, or the code of its refusal; never both."""
    assert all((one.decision is None) != (one.error is None) for one in decided)
    return [one.error.code if one.error else one.decision.outcome for one in decided]  # type: ignore[union-attr]


def statuses(documents: list[Document]) -> list[str]:
    return [attachment_of(document).status for document in documents]


@EVERY_STRATEGY
def test_each_is_approved_with_its_own_words(ann: User, strategy: WorkflowStrategy) -> None:
    documents = runs(3, by_user(ann), strategy)
    first, second, third = ids(documents, ann)
    decided = approve_steps(
        step_ids=[third, first, second],
        actor=ann,
        comment="Fine",
        details=[ApprovalDetail(step_id=second, comment="Just so"), ApprovalDetail(step_id=str(third), comment="")],
    )
    assert [one.step_id for one in decided] == [third, first, second]
    assert told(decided) == [StepOutcome.WORKFLOW_COMPLETED] * 3
    assert [history(document, "comment")[2] for document in documents] == [
        ("approved", "Fine"),
        ("approved", "Just so"),
        ("approved", ""),
    ]


def test_each_has_its_own_form_data(ann: User, settings: Any) -> None:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    form = DynamicForm.objects.create(name="Budget", form_schema=FORM)
    submit = {**by_user(ann), "step_approval_type": "submit", "required_form": form.pk}
    documents = runs(3, submit)
    first, second, third = ids(documents, ann)
    details = [
        ApprovalDetail(step_id=first, form_data={"sum": 1}),
        ApprovalDetail(step_id=second, form_data={"sum": "much"}),
    ]
    decided = approve_steps(step_ids=[first, second, third], actor=ann, details=details)
    assert told(decided) == [StepOutcome.WORKFLOW_COMPLETED, "FORM_DATA_INVALID", "FORM_DATA_REQUIRED"]
    assert [one.error.path for one in decided if one.error] == [("form_data", "sum"), ("form_data",)]
    assert [steps_of(document)[0].form_data for document in documents] == [{"sum": 1}, None, None]
    assert statuses(documents) == ["completed", "in_progress", "in_progress"]


def test_a_check_in_is_expected_step_by_step(ann: User) -> None:
    documents = runs(2, {**by_user(ann), "step_approval_type": "check_in_verify"})
    first, second = ids(documents, ann)
    details = [ApprovalDetail(step_id=one, expect="not_checked_in") for one in (first, second)]
    assert told(approve_steps(step_ids=[first, second], actor=ann, details=details)) == [StepOutcome.CHECKED_IN] * 2
    with unchanged():
        assert told(approve_steps(step_ids=[first, second], actor=ann, details=details)) == ["CONFLICT"] * 2
    assert told(approve_steps(step_ids=[first], actor=ann)) == [StepOutcome.WORKFLOW_COMPLETED]


@EVERY_STRATEGY
def test_each_is_rejected_for_one_reason(ann: User, bob: User, strategy: WorkflowStrategy) -> None:
    documents = runs(3, by_role(group_of(ann, bob)), strategy)
    step_ids = ids(documents, ann)
    approve(documents[1], bob)
    decided = reject_steps(step_ids=step_ids, actor=ann, reason="Too dear")
    assert told(decided) == [StepOutcome.WORKFLOW_REJECTED, "STEP_ALREADY_DECIDED", StepOutcome.WORKFLOW_REJECTED]
    lost = decided[1].error
    assert lost is not None
    assert (lost.facts["attachment"].status, lost.facts["attachment"]) == ("completed", attachment_of(documents[1]))
    assert statuses(documents) == ["rejected", "completed", "rejected"]
    assert ("rejected", "Too dear") in history(documents[0], "comment")
    with unchanged():
        assert told(reject_steps(step_ids=step_ids[:1], actor=ann, reason=" ")) == ["STEP_ALREADY_DECIDED"]


@EVERY_STRATEGY
def test_each_is_passed_on(ann: User, bob: User, strategy: WorkflowStrategy) -> None:
    documents = runs(2, by_user(ann), strategy)
    (taken,) = runs(1, by_role(group_of(ann, bob)), strategy)
    decided = delegate_steps(
        step_ids=ids([*documents, taken], ann), actor=ann, user_id=bob.pk, reason="Away", among=User.objects.all()
    )
    assert told(decided) == [StepOutcome.DELEGATED, StepOutcome.DELEGATED, "CONFLICT"]
    assert [asked(document) for document in documents] == [[bob], [bob]]
    assert history(documents[0], "comment")[-1] == ("delegated", "Away")
    with unchanged():
        nobody = delegate_steps(step_ids=ids(documents, bob), actor=bob, user_id=ann.pk, among=User.objects.none())
    assert [(one.error.code, one.error.path) for one in nobody if one.error] == [("NOT_FOUND", ("user_id",))] * 2


VERBS: list[tuple[Any, dict[str, Any]]] = [
    (approve_steps, {}),
    (reject_steps, {"reason": "No"}),
    (delegate_steps, {"user_id": 987_654}),
]
EVERY_VERB = pytest.mark.parametrize(("verb", "given"), VERBS, ids=["approve", "reject", "delegate"])


@EVERY_VERB
def test_none_at_all_is_nothing(verb: Any, given: dict[str, Any], ann: User) -> None:
    with unchanged():
        assert verb(step_ids=[], actor=ann, **given) == []


@EVERY_VERB
def test_what_is_no_step_of_the_actor_s_is_refused_by_itself(verb: Any, given: dict[str, Any], ann: User) -> None:
    (document,) = runs(1, by_user(UserFactory()))
    (other,) = open_steps(document)
    with unchanged():
        decided = verb(step_ids=[other.pk, 987_654, "x", None, "01", other.pk, {}], actor=ann, **given)
    not_found = ["NOT_FOUND"] * 4
    assert told(decided) == ["NOT_YOUR_STEP", *not_found, "NOT_YOUR_STEP", "NOT_FOUND"]
    assert {one.error.path for one in decided} == {("step_id",)}


@EVERY_VERB
def test_what_the_actor_may_not_know_of_does_not_exist(verb: Any, given: dict[str, Any], ann: User, bob: User) -> None:
    given = {**given, "user_id": bob.pk} if "user_id" in given else given
    seen, hidden = runs(2, by_user(ann))
    known = Step.objects.exclude(flow__object_id=str(hidden.pk))
    decided = verb(step_ids=ids([hidden, seen], ann), actor=ann, known=known, **given)
    assert decided[0].error.code == "NOT_FOUND"
    assert decided[1].error is None
    assert history(hidden) == ["attached", "started"]


def test_a_row_that_a_queryset_has_twice_is_decided_once(ann: User) -> None:
    documents = runs(1, by_user(ann))
    known = Step.objects.filter(flow__workflow_attachment__participations__isnull=False)
    (step_id,) = ids(documents, ann)
    assert known.filter(pk=step_id).count() > 1
    decided = approve_steps(step_ids=[step_id, str(step_id)], actor=ann, known=known)
    assert told(decided) == [StepOutcome.WORKFLOW_COMPLETED] * 2
    assert history(documents[0]).count("approved") == 1


@pytest.mark.parametrize(
    ("details", "paths"),
    [
        ([0, 0], [("details", "1", "step_id")]),
        ([9], [("details", "0", "step_id")]),
        (["x"], [("details", "0", "step_id")]),
        ([None], [("details", "0", "step_id")]),
        ([0, 9, 0, 1, 1], [("details", number, "step_id") for number in "124"]),
    ],
)
def test_details_belong_to_one_step_each(ann: User, details: list[Any], paths: list[Any]) -> None:
    step_ids = ids(runs(2, by_user(ann)), ann)
    keys = [step_ids[one] if one in (0, 1) else one for one in details]
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        approve_steps(step_ids=step_ids, actor=ann, details=[ApprovalDetail(step_id=key) for key in keys])
    assert [(fault.code, fault.path) for fault in refused.value.faults] == [("INVALID", path) for path in paths]


def test_a_detail_of_an_id_that_no_step_has_is_told_with_the_id(ann: User) -> None:
    decided = approve_steps(step_ids=["x", "y"], actor=ann, details=[ApprovalDetail(step_id="x", comment="Fine")])
    assert told(decided) == ["NOT_FOUND"] * 2


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"step_ids": "12"}, "step_ids"),
        ({"step_ids": 12}, "step_ids"),
        ({"step_ids": None}, "step_ids"),
        ({"step_ids": [1], "known": [1]}, "known"),
        ({"step_ids": [1], "details": "x"}, "details"),
        ({"step_ids": [1], "details": [{"step_id": 1}]}, "details"),
    ],
)
def test_wrong_arguments_are_told_where_they_are(ann: User, given: dict[str, Any], path: str) -> None:
    with unchanged(), pytest.raises(InvalidInput) as refused:
        approve_steps(actor=ann, **given)
    assert refused.value.path == (path,)


@pytest.mark.parametrize("comment", [1, "a\x00b"])
def test_words_that_cannot_be_stored_are_the_one_step_s_fault(ann: User, comment: Any) -> None:
    documents = runs(2, by_user(ann))
    first, second = ids(documents, ann)
    decided = approve_steps(
        step_ids=[first, second], actor=ann, details=[ApprovalDetail(step_id=first, comment=comment)]
    )
    assert told(decided) == ["INVALID", StepOutcome.WORKFLOW_COMPLETED]
    assert [one.error.path for one in decided if one.error] == [("comment",)]


@EVERY_VERB
def test_a_missing_permission_refuses_all(verb: Any, given: dict[str, Any], ann: User, settings: Any) -> None:
    step_ids = ids(runs(2, by_user(ann)), ann)
    settings.DJANGO_WORKFLOW_ENGINE = {"PERMISSIONS": {"REQUIRE_PERMISSION_TO_APPROVE": True}}
    with unchanged(), pytest.raises(MissingPermission):
        verb(step_ids=step_ids, actor=ann, **given)


@EVERY_VERB
def test_a_claim_of_another_bars_each_by_itself(verb: Any, given: dict[str, Any], ann: User, bob: User) -> None:
    carl = UserFactory()
    given = {**given, "user_id": carl.pk} if "user_id" in given else given
    documents = runs(2, by_role(group_of(ann, bob)))
    claim_step(step_id=seat(documents[0], bob).pk, actor=bob)
    decided = verb(step_ids=ids(documents, ann), actor=ann, **given)
    assert decided[0].error.code == "STEP_CLAIMED"
    assert decided[1].error is None


def test_a_substitute_decides_in_the_place_of_each_person(ann: User, bob: User) -> None:
    carl = UserFactory(username="carl")
    mine, theirs = runs(1, by_user(ann)), runs(1, by_user(bob))
    for person in (ann, bob):
        create_substitution(actor=person, substitute_id=carl.pk)
    decided = reject_steps(step_ids=[*ids(mine, ann), *ids(theirs, bob)], actor=carl, reason="No")
    assert told(decided) == [StepOutcome.WORKFLOW_REJECTED] * 2
    assert ("rejected", "carl", "bob") in history(theirs[0], "actor_name", "on_behalf_of_name")


def test_the_transaction_around_them_is_the_caller_s(ann: User) -> None:
    documents = runs(2, by_user(ann))
    step_ids = ids(documents, ann)
    approve(documents[0], ann)
    with unchanged(), transaction.atomic():
        assert told(approve_steps(step_ids=step_ids, actor=ann)) == [
            "STEP_ALREADY_DECIDED",
            StepOutcome.WORKFLOW_COMPLETED,
        ]
        transaction.set_rollback(True)


def test_two_seats_of_one_run_are_decided_one_after_the_other(ann: User, bob: User) -> None:
    """The first completes the approval, so that the second has nothing left to decide."""
    document = runs(1, by_role(group_of(ann, bob)))[0]
    create_substitution(actor=bob, substitute_id=ann.pk)
    step_ids = [seat(document, ann).pk, seat(document, bob).pk]
    assert told(approve_steps(step_ids=step_ids, actor=ann)) == [StepOutcome.WORKFLOW_COMPLETED, "STEP_ALREADY_DECIDED"]


@pytest.mark.parametrize("verb", ["approve", "reject", "delegate"])
def test_each_costs_the_same_however_many_there_are(verb: str, ann: User, bob: User) -> None:
    def cost(number: int) -> int:
        step_ids = ids(runs(number, by_user(ann), 1), ann)
        with CaptureQueriesContext(connection) as captured:
            decided = {
                "approve": lambda: approve_steps(
                    step_ids=step_ids, actor=ann, details=[ApprovalDetail(step_id=one, comment="x") for one in step_ids]
                ),
                "reject": lambda: reject_steps(step_ids=step_ids, actor=ann, reason="No"),
                "delegate": lambda: delegate_steps(step_ids=step_ids, actor=ann, user_id=bob.pk),
            }[verb]()
        assert [one.error for one in decided] == [None] * number
        return len(captured)

    cost(1)  # content types are read once in a process
    one, three, nine = cost(1), cost(3), cost(9)
    each = (three - one) // 2
    assert (three - one, nine - three) == (2 * each, 6 * each)
    assert one - each <= 2  # beside the steps: in which order they are locked


def test_what_is_raised_is_a_refusal_of_the_engine(ann: User) -> None:
    (decided,) = approve_steps(step_ids=[1], actor=None)
    assert isinstance(decided.error, WorkflowError)
