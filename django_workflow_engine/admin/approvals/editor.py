"""The field of a form that edits a stored info object: its approvals as rows, or all of it as JSON."""

from __future__ import annotations

import json
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from django_workflow_engine.admin.approvals.keys import KeySelect
from django_workflow_engine.admin.approvals.references import References, expect
from django_workflow_engine.admin.approvals.rows import rest_of, rows_of
from django_workflow_engine.admin.approvals.rowset import RowSet, SubmittedRows
from django_workflow_engine.admin.json_fields import InfoField

FORM: Final = "form"
JSON: Final = "json"
MODE: Final = "mode"  # behind the field's name: which of the two was edited


class ApprovalsWidget(forms.Textarea):
    """Rows and a text, of which the viewer edits one; a browser that sends no mode sends the text.

    `turn_address` is where a script has one turned into the other. With `only_json` there are no rows.
    """

    template_name = "admin/django_workflow_engine/approvals/editor.html"
    only_json = False
    problem = ""  # why one could not be turned into the other

    def __init__(self, references: References, turn_address: str) -> None:
        super().__init__(attrs=InfoField.widget.attrs)
        self.references, self.turn_address = references, turn_address
        self.mode: str | None = None
        self._submitted: SubmittedRows | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The submitted rows, always the same ones of the same data, or the text."""
        self.mode = data.get(f"{name}-{MODE}")
        if self.mode != FORM or self.only_json:
            return super().value_from_datadict(data, files, name)
        if self._submitted is None or self._submitted.data is not data:
            self._submitted = SubmittedRows(data, name, self.references)
        return self._submitted

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether the page had no such field at all."""
        return f"{name}-{MODE}" not in data and super().value_omitted_from_data(data, files, name)

    def id_for_label(self, id_: str) -> str:
        """A label for many fields points at none."""
        return ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Both ways to edit what was stored, or what was sent."""
        submitted = value if isinstance(value, SubmittedRows) else None
        text = self._text_of(submitted, name) if submitted else value
        formset, rest, is_shown = (submitted.formset, submitted.rest, True) if submitted else self._rows(name, value)
        return {
            **super().get_context(name, text, attrs),
            "formset": formset,
            "rest": rest,
            "can_be_rows": is_shown,
            "only_json": self.only_json,
            "is_form": is_shown and not self.only_json and self.mode != JSON,
            "is_touched": self.mode is not None,
            "problem": self.problem,
            "turn_address": self.turn_address,
        }

    def _rows(self, name: str, text: str) -> tuple[Any, str, bool]:
        """The rows of a text, the keys beside them as JSON, and whether all of it could be shown as rows."""
        try:
            info = json.loads(text or "{}")
            rows = rows_of(info)
            expect(self.references, info)
        except (ValueError, RecursionError):  # NoRows is a ValueError
            return self._formset(name, []), "{}", False
        return self._formset(name, rows), json.dumps(rest_of(info), ensure_ascii=False), True

    def _formset(self, name: str, rows: Any) -> Any:
        return RowSet(initial=rows, prefix=name, form_kwargs={"references": self.references})

    @staticmethod
    def _text_of(rows: SubmittedRows, name: str) -> Any:
        """What the rows say as text; the text that was sent beside them as long as they cannot be read."""
        try:
            return InfoField().prepare_value(rows.info())
        except ValidationError:
            return rows.data.get(name, "")

    @property
    def media(self) -> forms.Media:
        """Django's searching select, and the script and the styles of the rows."""
        folder = "django_workflow_engine"
        own = forms.Media(
            js=["admin/js/jquery.init.js", "admin/js/autocomplete.js", f"{folder}/approvals.js"],
            css={"screen": [f"{folder}/approvals.css"]},
        )
        return KeySelect("", next(iter(self.references.values()))).media + own


class ApprovalsField(InfoField):
    """The info object that the rows or the text describe."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "label": gettext_lazy("Approvals"), "help_text": ""})

    def to_python(self, value: Any) -> Any:
        """The object; raises ValidationError where a row or the text cannot be read."""
        return super().to_python(value.info() if isinstance(value, SubmittedRows) else value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What is shown again after a refusal."""
        return data if isinstance(data, SubmittedRows) else super().bound_data(data, initial)

    def prepare_value(self, value: Any) -> Any:
        """What the widget shows: the submitted rows, or the text."""
        return value if isinstance(value, SubmittedRows) else super().prepare_value(value)
