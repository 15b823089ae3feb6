"""SELF: the object's own person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.approvals.approvers.own import OwnType, one_person, permitted
from django_workflow_engine.choices import ApprovalTypes
from django_workflow_engine.definitions.approver_types import Asked, approver_type
from django_workflow_engine.errors import Fault, Path


@approver_type
class Requester(OwnType):
    """The object's own person, whatever user is named beside, and whoever is barred."""

    name, label = ApprovalTypes.SELF.value, ApprovalTypes.SELF.label

    @classmethod
    def read(cls, given: Mapping[str, Any], path: Path, faults: list[Fault]) -> dict[str, Any]:
        """Nothing; a user that is named beside is no fault, and forgotten."""
        return super().read({key: value for key, value in given.items() if key != "approval_user"}, path, faults)

    def find(self, asked: Asked) -> list[Any]:
        """The requester."""
        return permitted(one_person(asked.requester, _("the object has no active person of its own")))
