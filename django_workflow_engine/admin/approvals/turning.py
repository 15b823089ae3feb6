"""The switch between rows and JSON: what was sent as one is shown as the other."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from django_workflow_engine.admin.approvals.editor import FORM, JSON, ApprovalsField, ApprovalsWidget
from django_workflow_engine.admin.approvals.rows import NoRows, rows_of


def turned(data: MultiValueDict[str, Any], widget: ApprovalsWidget) -> SafeString:
    """The editor of the field that `data` names in the other mode; in its own, with the reason, if that cannot be."""
    name, to = str(data.get("name", "")), FORM if data.get("to") == FORM else JSON
    field = ApprovalsField(required=False)
    value = widget.value_from_datadict(data, MultiValueDict(), name)
    try:
        info = field.clean(value)
        if to == FORM:
            rows_of(info)
    except ValidationError as refusal:
        widget.problem = " ".join(refusal.messages)
        value = field.bound_data(value, None)
    except NoRows:
        widget.problem = _("This cannot be shown as rows.")
        value = info
    else:
        widget.mode, value = to, info
    return widget.render(name, field.prepare_value(value), {"id": f"id_{name}"})
