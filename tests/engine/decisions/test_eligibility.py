"""Who may decide on a seat: one rule, asked of facts, of rows and of a run."""

from __future__ import annotations

from typing import Any

import pytest
from approval_workflow.models import ApprovalInstance

from django_workflow_engine.access.owners import owned_among, people_of
from django_workflow_engine.approvals.duties import Bar
from django_workflow_engine.approvals.eligibility import (
    ObjectFacts,
    Obstacle,
    SeatFacts,
    held_by,
    is_held,
    keeps_role,
    obstacles_of_object,
    obstacles_of_seat,
)
from django_workflow_engine.approvals.roles import roles_held
from django_workflow_engine.errors import NotYourStep
from django_workflow_engine.services import approve_step, attach_workflow_to_object, delegate_step
from django_workflow_engine.services.eligibility import holds
from tests.factories import DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import seat
from tests.snapshot import unchanged
from tests.testapp.models import Profile, UuidDocument

FREE = {
    "is_open": True,
    "is_running": True,
    "is_held": True,
    "keeps_role": True,
    "is_permitted": True,
    "is_unclaimed": True,
}


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ((), []),
        (("is_open",), [Obstacle.ALREADY_DECIDED]),
        (("is_running",), [Obstacle.NOT_IN_PROGRESS]),
        (("is_held",), [Obstacle.NOT_YOUR_STEP]),
        (("keeps_role",), [Obstacle.ROLE_LOST]),
        (("is_held", "keeps_role"), [Obstacle.NOT_YOUR_STEP]),  # who has no seat has lost nothing
        (("is_permitted",), [Obstacle.PERMISSION_MISSING]),
        (("is_unclaimed",), [Obstacle.STEP_CLAIMED]),
        (
            ("is_permitted", "keeps_role", "is_open"),
            [*(Obstacle[name] for name in ("ALREADY_DECIDED", "ROLE_LOST", "PERMISSION_MISSING"))],
        ),
    ],
)
def test_each_fact_of_the_seat_is_an_obstacle_of_its_own(missing: tuple[str, ...], told: list[Obstacle]) -> None:
    facts = SeatFacts(**{**FREE, **dict.fromkeys(missing, False)})
    assert list(obstacles_of_seat(facts)) == told


@pytest.mark.parametrize(
    ("is_there", "bar", "told"),
    [
        (True, None, []),
        (False, None, [Obstacle.TARGET_GONE]),
        (True, Bar.SELF_APPROVAL, [Obstacle.SELF_APPROVAL_FORBIDDEN]),
        (True, Bar.REQUESTER_NEVER_DECIDES, [Obstacle.DUTY_RULE]),
        (True, Bar.DISTINCT_APPROVERS, [Obstacle.DUTY_RULE]),
        (False, Bar.SELF_APPROVAL, [Obstacle.TARGET_GONE, Obstacle.SELF_APPROVAL_FORBIDDEN]),
    ],
)
def test_each_fact_of_the_object_is_an_obstacle_of_its_own(
    is_there: bool, bar: Bar | None, told: list[Obstacle]
) -> None:
    assert list(obstacles_of_object(ObjectFacts(is_there=is_there, bar=bar))) == told


@pytest.mark.django_db
def test_the_rows_of_an_inbox_are_those_that_the_rule_lets_through(settings: Any) -> None:
    """Seats of a person, of a role that is held and of one that was left, passed on, and of a manager."""
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    boss = UserFactory()
    people = [UserFactory() for _ in range(3)]
    stays, left = group_of(*people), group_of(*people)
    for person in people:
        Profile.objects.create(user=person, manager=boss)
    approvals = [
        by_user(people[0]),
        by_role(stays),
        by_role(left),
        by_role(left, "consensus"),
        {**by_role(stays, "hierarchy_up"), "hierarchy_levels": 1},
    ]
    for approval in approvals:
        document = DocumentFactory(created_by=people[0])
        attach_workflow_to_object(document, template_for(3, [[approval]]), user=people[0])
    passed = DocumentFactory()
    attach_workflow_to_object(passed, template_for(3, [[by_role(left)]]), user=people[0])
    delegate_step(step_id=seat(passed, people[0]).pk, actor=people[0], user_id=boss.pk)
    left.user_set.clear()

    steps = list(ApprovalInstance.objects.order_by("pk"))
    counted = {}
    for person in (boss, *people):
        held = roles_held(person.pk)
        rows = set(ApprovalInstance.objects.filter(held_by(person.pk, roles_held=held)).values_list("pk", flat=True))
        assert rows == {
            step.pk for step in steps if is_held(step, person, is_active=True) and keeps_role(step, roles_held=held)
        }
        counted[person] = (len(rows), sum(step.assigned_to_id == person.pk for step in steps))
    assert counted == {boss: (2, 2), people[0]: (2, 5), people[1]: (1, 4), people[2]: (1, 4)}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["user", "role"])
def test_only_a_seat_that_was_given_for_a_role_asks_the_database_for_it(
    kind: str, django_assert_num_queries: Any
) -> None:
    boss, stranger = UserFactory.create_batch(2)
    document = DocumentFactory()
    approval = by_user(boss) if kind == "user" else by_role(group_of(boss))
    attach_workflow_to_object(document, template_for(3, [[approval]]))
    step = seat(document, boss)
    with django_assert_num_queries(0 if kind == "user" else 1):
        assert holds(step, boss)
    with django_assert_num_queries(0):
        assert not holds(step, stranger)


@pytest.mark.django_db
def test_who_lost_the_role_is_told_of_the_role() -> None:
    member = UserFactory()
    role, document = group_of(member, UserFactory()), DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_role(role)]]), user=member)
    role.user_set.remove(member)
    with unchanged(), pytest.raises(NotYourStep, match="a role that you do not hold any more") as refused:
        approve_step(step_id=seat(document, member).pk, actor=member)
    assert refused.value.path == ("step_id",)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 501])
def test_an_object_is_ones_own_by_a_property_as_by_a_column(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    owner, stranger = UserFactory(), UserFactory()
    rows = UuidDocument.objects.bulk_create(UuidDocument(title=str(index)) for index in range(number))
    last = max(rows, key=lambda row: int(row.title))
    monkeypatch.setattr(
        UuidDocument, "created_by", property(lambda row: owner if row.pk == last.pk else None), raising=False
    )
    keys = [str(row.pk) for row in rows]
    assert people_of(last) == {owner.pk}
    assert owned_among(owner, UuidDocument, keys) == {str(last.pk)}
    assert owned_among(stranger, UuidDocument, keys) == set()
