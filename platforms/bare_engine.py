"""Asked in the bare project that has the engine alone, by its own interpreter: what is there, and an approval."""

from __future__ import annotations

import importlib.util
import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bare.settings"
django.setup()

from approval_workflow.models import ApprovalInstance  # noqa: E402 - Django is set up only now
from django.contrib.auth.models import Group, User  # noqa: E402
from django.utils.translation import gettext, override  # noqa: E402

from django_workflow_engine.serializers import WorkFlowSerializer  # noqa: E402
from django_workflow_engine.services import (  # noqa: E402
    approve_step,
    attach_workflow_to_object,
    get_workflow_attachment,
)

OF_THE_API = ("cross_web", "django_filters", "gql_workflows", "graphql", "strawberry", "strawberry_django")
OF_EXTRAS = ("celery", "channels", "MySQLdb")


def main() -> None:
    """Fail at the first thing that is not as it should be."""
    assert [name for name in OF_THE_API + OF_EXTRAS if importlib.util.find_spec(name)] == []
    with override("ar"):
        assert gettext("workflow") != "workflow"
    _runs_a_workflow()


def _runs_a_workflow() -> None:
    ann, boss = User.objects.create_user("ann"), User.objects.create_user("boss")
    group = Group.objects.create(name="Sellers")
    by_boss = {"approval_type": "user", "approval_user": boss.pk}
    given = {"name_en": "Bare", "strategy": 3, "workflow_info": {"approvals": [by_boss]}}
    form = WorkFlowSerializer(data=given, context={"company_user": ann})
    assert form.is_valid(), form.errors
    attachment = attach_workflow_to_object(group, form.save(), user=ann)
    step = ApprovalInstance.objects.get(flow=attachment.approval_flow, assigned_to=boss, status="current")
    assert approve_step(step_id=step.pk, actor=boss).outcome == "workflow_completed"
    assert get_workflow_attachment(group).status == "completed"


if __name__ == "__main__":
    main()
    print("As it should be")
