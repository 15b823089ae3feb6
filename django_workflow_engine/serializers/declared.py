"""The fields of a form that follow from what a spec declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any, ClassVar, Final

from rest_framework import serializers

from django_workflow_engine.definitions.declared import Declared, Home, Kind, declared, default_of
from django_workflow_engine.serializers.fields import ChoiceOf, KeyField

_FIELDS: Final[Mapping[Kind, Callable[..., serializers.Field]]] = {
    Kind.TEXT: serializers.CharField,
    Kind.NUMBER: serializers.IntegerField,
    Kind.FLAG: serializers.BooleanField,
    Kind.JSON: serializers.JSONField,
    Kind.KEY: KeyField,
    Kind.CHOICE: ChoiceOf,
    Kind.CHOICES: lambda **options: serializers.ListField(child=ChoiceOf(), **options),
    Kind.CONDITION: serializers.JSONField,
    Kind.APPROVALS: lambda **options: serializers.ListField(child=serializers.JSONField(), **options),
}
_NEVER_NULL: Final = (Kind.FLAG, Kind.CHOICE, Kind.APPROVALS)


class DeclaredForm(serializers.Serializer):
    """A form with a field for each one that its spec declares, where the form has none of its own for it.

    What the spec keeps in its info object can be written beside that, and is read there.
    """

    spec: ClassVar[type[Any]]

    def get_fields(self) -> dict[str, serializers.Field]:
        """The fields of the spec and those of the form, which come behind, but for its `id`."""
        own = super().get_fields()
        covered = {*own, *(field.source for field in own.values())}
        fields = {name: field for name, field in declared(self.spec).items() if name not in covered}
        return {"id": own.pop("id"), **{name: _field(name, field, self.spec) for name, field in fields.items()}, **own}


def _field(name: str, field: Declared, spec: type[Any]) -> serializers.Field:
    options: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": False}
    if default_of(spec, name) is MISSING:
        options["required"] = True
    elif field.kind not in _NEVER_NULL:
        options["allow_null"] = True
        options |= {"allow_blank": True} if field.kind is Kind.TEXT else {}
    options |= {} if field.home is Home.COLUMN else {"write_only": True}
    return _FIELDS[field.kind](**options)
