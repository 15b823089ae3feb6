"""Steps that ask for a form, in tests."""

from __future__ import annotations

from typing import Any

from django_workflow_engine.services import Decision, approve_step, attach_workflow_to_object
from gql_workflows.demo.models import DynamicForm
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.runs import seat


def form_with(schema: Any) -> DynamicForm:
    return DynamicForm.objects.create(name="Review", form_schema=schema)


class Asked:
    """Somebody whose step asks for a form with this schema, which is stored when the template exists already."""

    def __init__(self, schema: Any) -> None:
        form = form_with({})
        self.approver, self.document = UserFactory(), DocumentFactory()
        approval = by_user(self.approver) | {"required_form": form.pk}
        attach_workflow_to_object(self.document, template_for(3, [[approval]]), UserFactory())  # type: ignore[arg-type]
        DynamicForm.objects.filter(pk=form.pk).update(form_schema=schema)

    def answers(self, form_data: Any) -> Decision:
        step = seat(self.document, self.approver)
        return approve_step(step_id=step.pk, actor=self.approver, form_data=form_data)
