"""Fields that the forms share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.declared import Home, stored_in
from django_workflow_engine.definitions.values import key_as_json


class KeyField(serializers.Field):
    """A primary key, a UUID among others; whether its row exists is the engine's to say."""

    default_error_messages = {"invalid": _("This must be a key: a number or a text.")}

    def to_internal_value(self, data: Any) -> int | str:
        """The key as given."""
        key = key_as_json(data)
        if key is None:
            raise self.fail("invalid")
        return key

    def to_representation(self, value: Any) -> Any:
        """The key as stored."""
        return value


class ChoiceOf(serializers.CharField):
    """A stored value or its name, in upper or lower case; whether it exists is the engine's to say."""

    def to_internal_value(self, data: Any) -> str:
        """The value in the engine's spelling."""
        return str(super().to_internal_value(data)).lower()


class StrategyField(serializers.ChoiceField):
    """A strategy by its number or its name, in any case."""

    def to_internal_value(self, data: Any) -> Any:
        """The strategy's number."""
        name = data.upper() if isinstance(data, str) else None
        return super().to_internal_value(WorkflowStrategy[name].value if name in WorkflowStrategy.names else data)


class InfoField(serializers.Field):
    """A `..._info` object: JSON with what the spec keeps in it, and nothing else.

    Other keys that the row has stored may be sent back as they are.
    """

    default_error_messages = {
        "no_object": _("This must be a JSON object."),
        "unknown": _("There is no such key here."),
    }

    def __init__(self, spec: type[Any], **options: Any) -> None:
        super().__init__(required=False, allow_null=True, **options)
        self.keys = tuple(stored_in(spec, Home.INFO))

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The object as given."""
        if not isinstance(data, Mapping):
            self.fail("no_object")
        stored = getattr(self.parent.instance, self.field_name, None) or {}
        unknown = [key for key in data if key not in self.keys and not (key in stored and stored[key] == data[key])]
        if unknown:
            message = self.error_messages["unknown"]
            raise serializers.ValidationError({str(key): [message] for key in unknown}, code="INVALID")
        return {key: data[key] for key in self.keys if key in data}

    def to_representation(self, value: Any) -> Any:
        """The object as stored."""
        return value


def text_field(**options: Any) -> serializers.Field:
    """A text that may be left out, empty or null."""
    return serializers.CharField(required=False, allow_blank=True, allow_null=True, **options)
