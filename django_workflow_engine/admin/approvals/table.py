"""Approvals to be read: one line each, with the names of those who are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from django_workflow_engine.admin.approvals.references import References, expect
from django_workflow_engine.admin.approvals.rows import NoRows, Row, rows_of
from django_workflow_engine.admin.json_fields import InfoField
from django_workflow_engine.choices import StepType
from django_workflow_engine.definitions.approval_keys import NUMBERS
from django_workflow_engine.definitions.approver_types import type_named


def table_of(info: Any, references: References) -> SafeString:
    """A table of the approvals, with the whole object as JSON below it."""
    try:
        rows = rows_of(info)
    except NoRows:
        rows = []
    expect(references, info)
    context = {"lines": [_line(row, references) for row in rows], "json": InfoField().prepare_value(info)}
    return render_to_string("admin/django_workflow_engine/approvals/table.html", context)


def _line(row: Row, references: References) -> Mapping[str, Any]:
    """The cells of one approval, in the words of the choices and of the rows that it names."""
    names = {key: reference.name(row[key]) or row[key] for key, reference in references.items() if key in row}
    numbers = [row[key] for key in NUMBERS if key in row]
    asked = {"step_approval_type": row.get("step_approval_type", StepType.APPROVE)}
    kind = type_named(row.get("custom_type", ""))
    decided_by = row.get("custom_type") if kind is None else kind.label
    return {**row, **asked, **names, "decided_by": decided_by, "number": numbers[0] if numbers else None}
