"""Pages on which approvals are edited, in tests: filled in row by row, and read."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from tests.engine.admin.controls import controls
from tests.engine.admin.pages import Admin
from tests.factories import template_for

INFO = {WorkFlow: "workflow_info", Pipeline: "pipeline_info", Stage: "stage_info"}
LEVELS = {1: Stage, 2: Pipeline, 3: WorkFlow}


def holder(strategy: int, *approvals: dict[str, Any]) -> Any:
    """The row of a new template that carries these approvals."""
    workflow = template_for(strategy, [list(approvals)])
    rows = {1: Stage.objects, 2: Pipeline.objects}
    return workflow if strategy == 3 else rows[strategy].order_by("pk").last()


def info(row: Model) -> Any:
    """What is stored of its approvals now."""
    return type(row).objects.values_list(INFO[type(row)], flat=True).get(pk=row.pk)


def sent(admin: Admin, row: Model) -> dict[str, str]:
    """What a browser without scripts sends of the row's page."""
    return controls(admin.open(row).content.decode())


def send(admin: Admin, row: Model, data: dict[str, str]) -> Any:
    return admin.client.post(admin.address(row, "change"), data)


def rows(name: str, *values: dict[str, Any], rest: str = "{}", **management: str) -> dict[str, str]:
    """The fields of these rows, as a browser with the script sends them."""
    fields = {f"{name}-mode": "form", f"{name}-rest": rest, name: "", f"{name}-INITIAL_FORMS": "0"}
    fields[f"{name}-TOTAL_FORMS"] = str(len(values))
    fields |= {f"{name}-{key}": value for key, value in management.items()}
    for index, row in enumerate(values):
        for key, value in ({"ORDER": index + 1} | row).items():
            fields[f"{name}-{index}-{key}"] = str(value)
    return fields


def editor(page: Any, name: str) -> Any:
    """The rows that a page shows, as Django's formset."""
    forms = [page.context["adminform"].form]
    forms += [form for inline in page.context["inline_admin_formsets"] for form in inline.formset.forms]
    (field,) = (form[own] for form in forms for own in form.fields if form[own].html_name == name)
    return field.field.widget.get_context(name, field.value(), {})["formset"]


def row_errors(page: Any, name: str) -> list[dict[str, list[str]]]:
    """What is said at each row, by the name of its field."""
    return [{key: list(texts) for key, texts in row.errors.items()} for row in editor(page, name)]
