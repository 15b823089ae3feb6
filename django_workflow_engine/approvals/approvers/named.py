"""USER: the user that the approval names."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from django_workflow_engine.approvals.approvers.own import OwnType, own
from django_workflow_engine.approvals.permitted import because
from django_workflow_engine.choices import ApprovalTypes
from django_workflow_engine.definitions.approval_keys import USER
from django_workflow_engine.definitions.approver_types import Asked, Nobody, approver_type
from django_workflow_engine.models.keys import to_primary_key


def no_user() -> str:
    """Why the named user is not asked, as a clause for people."""
    plain = _("the user it names is gone or inactive")
    return because(plain, _("the user it names is gone, inactive, or lacks the permission to approve"))


@approver_type
class NamedUser(OwnType):
    """The user that the approval names."""

    name, label = ApprovalTypes.USER.value, ApprovalTypes.USER.label
    parameters = {"approval_user": USER}

    def find(self, asked: Asked) -> list[Any]:
        """The user, who must be active and may not be barred."""
        question = own(asked)
        user_id = to_primary_key(get_user_model(), question.approval.approval_user)
        if user_id not in question.people.common.named_users:
            raise Nobody(no_user())
        return question.free([user_id])
