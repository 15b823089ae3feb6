"""The fields of a row that name another row: searched where that is possible, else written as a key."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteMixin, get_select2_language
from django.utils.translation import gettext as _

from django_workflow_engine.admin.approvals.references import Reference


class KeySelect(AutocompleteMixin, forms.Select):
    """Django's searching select, over the rows of a reference."""

    def __init__(self, name: str, reference: Reference) -> None:
        forms.Select.__init__(self)
        self.reference_name, self.reference = name, reference
        self.i18n_name = get_select2_language()

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """The attributes that Django's script reads, with the address of the approvals' own search."""
        return {
            **forms.Select.build_attrs(self, base_attrs, extra_attrs),
            "class": "admin-autocomplete",
            "data-ajax--cache": "true",
            "data-ajax--delay": 250,
            "data-ajax--type": "GET",
            "data-ajax--url": self.reference.search_address,
            "data-field-name": self.reference_name,
            "data-theme": "admin-autocomplete",
            "data-allow-clear": json.dumps(True),
            "data-placeholder": "",
            "lang": self.i18n_name,
        }

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """Nothing, and the row that is chosen."""
        chosen = [text for text in map(str, value) if text]
        options = [("", ""), *((text, self._option(text)) for text in chosen)]
        return [
            (None, [self.create_option(name, key, label, key in chosen, 0, attrs=attrs) for key, label in options], 0)
        ]

    def _option(self, key: str) -> str:
        name = self.reference.name(key)
        return name or _("%s (there is no such row)") % key


class KeyInput(forms.TextInput):
    """The key itself, with the row's name beside it, and Django's window to choose it in where there is one."""

    template_name = "admin/widgets/foreign_key_raw_id.html"

    def __init__(self, reference: Reference) -> None:
        super().__init__(attrs={"class": "vForeignKeyRawIdAdminField", "dir": "ltr"})
        self.reference = reference

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """What Django's template for such a field shows."""
        context = super().get_context(name, value, attrs)
        context["related_url"] = self.reference.list_address
        context["link_title"] = _("Look it up")
        context["link_label"] = self.reference.name(value) if value else ""
        return context


class KeyField(forms.CharField):
    """The key of a person, a role or a form, as JSON holds it."""

    def __init__(self, *, name: str, reference: Reference, **kwargs: Any) -> None:
        searched = bool(reference.search_address)
        self.reference = reference
        widget = KeySelect(name, reference) if searched else KeyInput(reference)
        super().__init__(required=False, widget=widget, strip=False, **kwargs)

    def clean(self, value: Any) -> Any:
        """The key; None where nothing was chosen. Whether the row exists is judged with the whole list."""
        text = super().clean(value)
        return self.reference.as_key(text) if text.strip() else None
