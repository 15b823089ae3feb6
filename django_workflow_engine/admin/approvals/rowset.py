"""The rows themselves: one small form for each approval, in an order, that can be added, moved and removed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from django_workflow_engine.admin.approvals.keys import KeyField
from django_workflow_engine.admin.approvals.references import References
from django_workflow_engine.admin.approvals.rows import KEYS, REST, Row, approval_of, info_of
from django_workflow_engine.admin.json_fields import DeepJSONField, OptionalJSONField
from django_workflow_engine.choices import ApprovalTypes
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.definitions.approver_types import ApproverType, conditions, custom_types
from django_workflow_engine.definitions.bounds import MAX_APPROVALS
from django_workflow_engine.definitions.declared import Declared, Kind, default_of
from django_workflow_engine.i18n import isolated

_EMPTY: Final = ("", "---------")
_FIELDS: Final[Mapping[Kind, Callable[..., forms.Field]]] = {
    Kind.NUMBER: forms.IntegerField,
    Kind.DECIMAL: forms.FloatField,
    Kind.TEXT: forms.CharField,
}
_JSON: Final = {"rows": 2, "dir": "ltr", "spellcheck": "false"}


class ApprovalRow(forms.Form):
    """One approval: a field for each key that an approval can have, and what is stored beside them."""

    use_required_attribute = False

    rest = DeepJSONField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, references: References, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        made = {name: _field(name, key, references) for name, key in KEYS.items()}
        self.fields = made | self.fields

    def clean_rest(self) -> Row:
        """What no field is for, as it was."""
        rest = self.cleaned_data[REST]
        return rest if isinstance(rest, dict) else {}

    def described(self) -> Iterator[tuple[forms.BoundField, str]]:
        """The fields of the approval, each with the values of the others beside which it is shown, as JSON."""
        for name in self.fields:
            if name not in (REST, ORDERING_FIELD_NAME, DELETION_FIELD_NAME):
                yield self[name], json.dumps(conditions().get(name, {}))

    def placing(self) -> list[forms.BoundField]:
        """The fields that move and remove the row where no script does."""
        return [self[name] for name in (ORDERING_FIELD_NAME, DELETION_FIELD_NAME) if name in self.fields]


def _field(name: str, key: Declared, references: References) -> forms.Field:
    if key.kind is Kind.KEY:
        return KeyField(name=name, reference=references[name], label=key.label)
    options: dict[str, Any] = {"label": key.label, "required": False}
    if key.kind in (Kind.CONDITION, Kind.DEADLINE):
        return OptionalJSONField(widget=forms.Textarea(attrs=_JSON), **options)
    if key.kind is Kind.JSON:
        return _Parameters(widget=forms.Textarea(attrs=_JSON), **options)
    if name == "custom_type":
        return _ProjectsType(**options)
    if name == "approval_type":
        return _Type(**options, **_choices(name, key))
    if key.choices is None:
        return _FIELDS[key.kind](**options)
    return forms.ChoiceField(**options, **_choices(name, key))


def _choices(name: str, key: Declared) -> dict[str, Any]:
    """What can be chosen; where the key has a default that is one of the choices, nothing else is no choice."""
    default = default_of(ApprovalConfiguration, name)
    choices = list(key.choices.choices) if key.choices else []
    if default in (None, MISSING):
        return {"choices": [_EMPTY, *choices]}
    return {"choices": choices, "initial": default.value}


class _Parameters(DeepJSONField):
    """A JSON object, told which keys each type takes; where there is none the field is empty."""

    def __init__(self, **options: Any) -> None:
        told = [_keys_of(kind) for kind in custom_types() if kind.parameters]
        super().__init__(help_text=format_html_join("", "<div>{}: {}</div>", told), **options)

    def to_python(self, value: Any) -> Any:
        """The parsed value."""
        return super().to_python(value.strip() if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """The text to edit."""
        return "" if value is None else super().prepare_value(value)


def _keys_of(kind: type[ApproverType]) -> tuple[str, str]:
    """The type in words, and the keys of its parameters with what each is."""
    keys = [isolated(f'"{name}" ({parameter.label})') for name, parameter in kind.parameters.items()]
    return isolated(kind.label), " ".join(keys)


class _Type(forms.ChoiceField):
    """Who decides; the project's own types are a choice where it has some, or where one is stored."""

    def prepare_value(self, value: Any) -> Any:
        """The value, beside which there is nothing to choose that the project has not."""
        if value != ApprovalTypes.CUSTOM and not custom_types():
            offered: Any = self.choices
            self.choices = [choice for choice in offered if choice[0] != ApprovalTypes.CUSTOM]
        return value


class _ProjectsType(forms.CharField):
    """The name of one of the project's approver types; one that is registered no more stays to be seen."""

    def __init__(self, **options: Any) -> None:
        known = [(kind.name, kind.label) for kind in custom_types()]
        super().__init__(widget=forms.Select(choices=[_EMPTY, *known]), **options)

    def prepare_value(self, value: Any) -> Any:
        """The value, which is a choice from now on."""
        choices = list(self.widget.choices)
        if value and value not in dict(choices):
            self.widget.choices = [*choices, (value, value)]
        return value


RowSet: Final[Any] = forms.formset_factory(ApprovalRow, extra=1, can_order=True, can_delete=True, max_num=MAX_APPROVALS)


class SubmittedRows:
    """What a browser sent of the rows under this name."""

    def __init__(self, data: Any, name: str, references: References) -> None:
        self.data = data
        self.formset = RowSet(data, prefix=name, form_kwargs={"references": references})
        self.rest = data.get(f"{name}-{REST}") or "{}"
        self._info: dict[str, Any] | None = None
        # The rows that say something and stay, in their order: Django gives none once one of them has an error.
        self._given: list[Any] = []

    def info(self) -> dict[str, Any]:
        """The info object that the rows describe; raises ValidationError where a field holds what it cannot."""
        if self._info is None:
            if not self.formset.is_valid():
                raise self.refusal()
            if self.formset.total_form_count() < 0:  # Django takes any number there is
                raise _unreadable()
            self._given = [row for row in self.formset.ordered_forms if row.has_changed()]
            self._info = info_of(self._other_keys(), [approval_of(row.cleaned_data) for row in self._given])
        return self._info

    def take(self, error: ValidationError) -> bool:
        """Put an error of the engine on the row and the field that its path names; whether there is such a row."""
        params = error.params or {}
        path = params.get("path", ())
        if len(path) < 3 or int(path[2]) >= len(self._given):
            return False
        row, key = self._given[int(path[2])], path[3] if len(path) > 3 else None
        row.add_error(key if key in row.fields else None, params["message"])
        return True

    @staticmethod
    def refusal() -> ValidationError:
        """What stands at the field when the faults stand at its rows."""
        return ValidationError(_("Correct the approvals that are marked below."), code="invalid")

    def _other_keys(self) -> dict[str, Any]:
        try:
            rest = json.loads(self.rest)
        except (ValueError, RecursionError):
            rest = None
        if not isinstance(rest, dict):
            raise _unreadable()
        return rest


def _unreadable() -> ValidationError:
    return ValidationError(_("The approvals could not be read."), code="invalid")
