"""The fields of a page that follow from what a spec declares; those that are kept in JSON have form fields of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeVar

from django import forms
from django.db.models import Model
from django.utils.functional import lazy

from django_workflow_engine.admin.json_fields import InfoField, OptionalJSONField
from django_workflow_engine.definitions.declared import Declared, Home, Kind, declared, stored_in
from django_workflow_engine.definitions.parts import AskingFields

_Form = TypeVar("_Form", bound=type[forms.BaseForm])
_EMPTY: Final = ("", "---------")
_FIELDS: Final[Mapping[Kind, Callable[..., forms.Field]]] = {
    Kind.TEXT: forms.CharField,
    Kind.NUMBER: forms.IntegerField,
    Kind.FLAG: forms.NullBooleanField,
    Kind.JSON: InfoField,
    Kind.KEY: forms.CharField,
    Kind.CHOICE: forms.ChoiceField,
    Kind.CHOICES: partial(forms.MultipleChoiceField, widget=forms.CheckboxSelectMultiple),
    Kind.CONDITION: OptionalJSONField,
}


def page_fields(spec: type[Any], model: type[Model], info: str = "") -> list[str]:
    """The names of a page's fields; the approvals are edited in the column `info`.

    They come behind the part's own values, then how they are asked, and last what is written as JSON.
    """
    fields = {name: field for name, field in declared(spec).items() if field.home is not Home.NOWHERE}
    return [
        _page_field(name, fields[name], model, info) for name in sorted(fields, key=lambda name: _rank(name, fields))
    ]


def _rank(name: str, fields: Mapping[str, Declared]) -> int:
    if fields[name].kind in (Kind.JSON, Kind.CONDITION):
        return 3
    if name in declared(AskingFields):
        return 2
    return int(fields[name].kind is Kind.APPROVALS)


def _page_field(name: str, field: Declared, model: type[Model], info: str) -> str:
    if field.kind is Kind.APPROVALS:
        return info
    return model._meta.get_field(name).name if field.home is Home.COLUMN else name


def kept_fields(spec: type[Any]) -> Mapping[str, Declared]:
    """What the spec keeps in the info object beside the approvals."""
    return {name: field for name, field in stored_in(spec, Home.INFO).items() if field.kind is not Kind.APPROVALS}


def shown_value(field: Declared, stored: Any) -> Any:
    """What a form shows of a value that the info object keeps; a choice that was never made is the usual one."""
    return field.usual if stored is None and field.kind is Kind.CHOICE else stored


def keeps(spec: type[Any]) -> Callable[[_Form], _Form]:
    """Give a model form the fields that its model has no column for; a page shows those that it names."""

    def decorate(form: _Form) -> _Form:
        made = {name: _form_field(field) for name, field in kept_fields(spec).items()}
        form.spec = spec  # type: ignore[attr-defined]
        form.declared_fields |= made  # type: ignore[attr-defined]  # Django's metaclass makes both of them
        form.base_fields |= made  # type: ignore[attr-defined]
        return form

    return decorate


# As Django does with the words of a column, in the reader's language.
_capitalized: Final[Any] = lazy(lambda label: str(label)[:1].upper() + str(label)[1:], str)


def _form_field(field: Declared) -> forms.Field:
    options: dict[str, Any] = {"label": _capitalized(field.label), "help_text": field.help, "required": False}
    if field.choices is not None:
        options["choices"] = [*([_EMPTY] if field.usual is None else []), *field.choices.choices]
    if field.kind is Kind.FLAG and field.usual is not None:
        return forms.BooleanField(**options)
    return _FIELDS[field.kind](**options)
