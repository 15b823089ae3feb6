"""ROLE: the members of a role, in the ways in which they can share an approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.approvals.approvers.own import OwnType, Question, own
from django_workflow_engine.approvals.approvers.sharing import shortage
from django_workflow_engine.approvals.approvers.standing_above import people_above
from django_workflow_engine.approvals.eligibility import HIERARCHIES
from django_workflow_engine.choices import ApprovalTypes
from django_workflow_engine.choices import RoleSelectionStrategy as Sharing
from django_workflow_engine.definitions.approval_keys import NUMBER_OF, NUMBERS, ROLE, SHARING, forbid, read_keys
from django_workflow_engine.definitions.approver_types import Asked, Nobody, approver_type
from django_workflow_engine.errors import Fault, Path


@approver_type
class RoleMembers(OwnType):
    """The members of the role that the approval names; a hierarchy asks those above it."""

    name, label = ApprovalTypes.ROLE.value, ApprovalTypes.ROLE.label
    parameters = {"user_role": ROLE, "role_selection_strategy": SHARING, **NUMBERS}

    @classmethod
    def read(cls, given: Mapping[str, Any], path: Path, faults: list[Fault]) -> dict[str, Any]:
        """The role, how its members share the approval (ANYONE), and the number that belongs to that."""
        forbid(given, (key for key in ("approval_user", "custom_type", "parameters") if key in given), path, faults)
        read = read_keys(given, {"user_role": ROLE, "role_selection_strategy": SHARING}, path, faults)
        sharing = read.setdefault("role_selection_strategy", Sharing.ANYONE)
        needed = NUMBER_OF.get(sharing)
        forbid(given, (name for name in NUMBERS if name != needed), path, faults)
        if needed is None:
            return read
        said = {"hierarchy_levels": 1, **given} if sharing in HIERARCHIES else given
        return read | read_keys(said, {needed: NUMBERS[needed]}, path, faults)

    def find(self, asked: Asked) -> list[Any]:
        """The active members who may decide; one of them in a round robin; whoever stands above in a hierarchy."""
        question = own(asked)
        role = self._role(question)
        if question.approval.role_selection_strategy in HIERARCHIES:
            return people_above(role, question)
        members = question.free(question.people.common.members.get(role.pk, ()))
        short = shortage(question.approval, role, len(members))
        if short is not None:
            raise Nobody(short)
        if question.approval.role_selection_strategy == Sharing.ROUND_ROBIN:
            return [question.people.common.turns.take(members, str(role.pk))]
        return members

    def role_asked(self, asked: Question) -> str | None:
        """The role's key."""
        return str(self._role(asked).pk)

    @staticmethod
    def _role(question: Question) -> Any:
        role = question.people.common.roles.get(question.approval.user_role)
        if role is None:
            raise Nobody(_("the role %s does not exist") % question.approval.user_role)
        return role
