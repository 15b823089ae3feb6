"""Asking whether a button is offered, and pressing it: the field must say what the mutation answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from tests.client import Api
from tests.snapshot import snapshot

# The code of the error that each reason tells beforehand.
CODES: Mapping[str, set[str]] = {
    "ALREADY_DECIDED": {"STEP_ALREADY_DECIDED"},
    "NOT_IN_PROGRESS": {"NOT_IN_PROGRESS"},
    "NOT_YOUR_STEP": {"NOT_YOUR_STEP"},
    "ROLE_LOST": {"NOT_YOUR_STEP"},
    "PERMISSION_MISSING": {"FORBIDDEN"},
    "STEP_CLAIMED": {"STEP_CLAIMED"},
    "TARGET_GONE": {"NOT_IN_PROGRESS"},
    "SELF_APPROVAL_FORBIDDEN": {"FORBIDDEN"},
    "DUTY_RULE": {"DUTY_RULE"},
    "NOT_CLAIMABLE": {"INVALID"},
    "NOT_CLAIMED": {"CONFLICT"},
    "NO_MANAGER": {"NO_APPROVER"},
    "MANAGER_HAS_SEAT": {"CONFLICT"},
    "MANAGER_LACKS_PERMISSION": {"FORBIDDEN"},
    "MANAGER_BARRED": {"FORBIDDEN", "DUTY_RULE"},
    "NOT_ALLOWED": {"FORBIDDEN"},
    "OWN_OBJECT": {"FORBIDDEN"},
    "ENDED": {"NOT_IN_PROGRESS"},
    "NO_CHANGES_REQUESTED": {"NOT_IN_PROGRESS"},
    "OWN_OBJECT_RUNS": {"FORBIDDEN"},
    "FROZEN": {"FROZEN"},
    "IN_USE": {"IN_USE"},
}


@dataclass(frozen=True, kw_only=True)
class Button:
    """What it does, as in `Delegate`; its mutation, and the variables of that."""

    does: str
    document: str
    variables: dict[str, Any]


def button(does: str, mutation: str, given: dict[str, Any]) -> Button:
    """The button of a mutation with this input."""
    kind = mutation[0].upper() + mutation[1:] + "Input!"
    document = f"mutation M($input: {kind}) {{ {mutation}(input: $input) {{ errors {{ code }} }} }}"
    return Button(does=does, document=document, variables={"input": given})


def check(user: User, of: str, buttons: Sequence[Button], node_id: str) -> list[str | None] | None:
    """The reasons of a node of this type, None for each button that is offered, which pressing them has confirmed.

    Nothing where the user sees no such node: then the mutations find none either.
    """
    reasons = _told(user, of, buttons, node_id)
    for index, one in enumerate(buttons):
        code = _pressed(user, one)
        if reasons is None:
            assert code == "NOT_FOUND"
        else:
            reason = reasons[index]
            assert code is None if reason is None else code in CODES[reason], (user, one.does, reason, code)
    return reasons


def _told(user: User, of: str, buttons: Sequence[Button], node_id: str) -> list[str | None] | None:
    fields = " ".join(f"viewerCan{one.does} viewerCannot{one.does}Reason" for one in buttons)
    document = f"query Ask($id: ID!) {{ node(id: $id) {{ ... on {of} {{ {fields} }} }} }}"
    node = Api(user).run(document, id=node_id)["node"]
    if node is None:
        return None
    reasons = [node[f"viewerCannot{one.does}Reason"] for one in buttons]
    assert [node[f"viewerCan{one.does}"] for one in buttons] == [reason is None for reason in reasons]
    return reasons


def _pressed(user: User, one: Button) -> str | None:
    """The code of what the mutation refuses, which changes nothing; None where it succeeds, which is undone."""
    api, before = Api(user), snapshot()
    with transaction.atomic():
        code = _code_of(api.raw(one.document, **one.variables).json())
        assert (snapshot() == before) is (code is not None)
        transaction.set_rollback(True)
    return code


def _code_of(answer: dict[str, Any]) -> str | None:
    if "errors" in answer:
        (error,) = answer["errors"]
        return str(error["extensions"]["code"])
    (payload,) = answer["data"].values()
    codes = [error["code"] for error in payload["errors"]]
    assert len(codes) <= 1
    return codes[0] if codes else None
