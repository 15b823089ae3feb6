"""Forms that refuse what `save()` refuses, at the field where it belongs."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_workflow_engine.definitions.specs import MAX_ORDER
from django_workflow_engine.definitions.values import json_problem


class InfoField(forms.JSONField):
    """JSON as the engine stores it: shown indented, an empty object where nothing is written."""

    widget = forms.Textarea(attrs={"rows": 10, "class": "vLargeTextField", "dir": "ltr", "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        """The parsed value; refused where the database could not store it."""
        parsed = super().to_python(value)
        problem = None if isinstance(parsed, InvalidJSONInput) else json_problem(parsed)
        if problem is not None:
            raise ValidationError(problem, code="invalid")
        return {} if parsed is None else parsed

    def prepare_value(self, value: Any) -> str:
        """The text to edit."""
        return value if isinstance(value, InvalidJSONInput) else json.dumps(value, ensure_ascii=False, indent=2)


JSON_OVERRIDE: Any = {models.JSONField: {"form_class": InfoField, "widget": InfoField.widget}}


class RulesForm(forms.ModelForm):
    """Asks the model's own rule after Django's validation; what it refuses stands at its field."""

    def check_rule(self) -> None:
        """Raise ValidationError where `save()` would."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.check_rule()
        except ValidationError as error:
            self.add_error(None, self._at_its_field(error))

    def _at_its_field(self, error: ValidationError) -> ValidationError:
        """The error, with what belongs to no field of this form as the form's own."""
        if not hasattr(error, "error_dict"):
            return error
        places: dict[str, list[ValidationError]] = {}
        for name, errors in error.error_dict.items():
            places.setdefault(name if name in self.fields else NON_FIELD_ERRORS, []).extend(errors)
        return ValidationError(places)


class PlacedForm(RulesForm):
    """A row with its place among its siblings, on a page of its own: the siblings stay where they are."""

    parent: ClassVar[str]

    order = forms.IntegerField(
        label=gettext_lazy("order"),
        min_value=0,
        max_value=MAX_ORDER,
        required=False,
        help_text=gettext_lazy("Empty: after the last one."),
    )

    def clean(self) -> dict[str, Any] | None:
        """Refuse a place that is taken."""
        cleaned = super().clean()
        owner = self.cleaned_data.get(self.parent) or getattr(self.instance, self.parent, None)
        order = self.cleaned_data.get("order")
        if owner is not None and order is not None and self._is_taken(owner, order):
            self.add_error("order", ValidationError(_("Another row has this place."), code="unique"))
        return cleaned

    def _is_taken(self, owner: models.Model, order: int) -> bool:
        siblings = type(self.instance)._base_manager.filter(**{self.parent: owner}).exclude(pk=self.instance.pk)
        return siblings.filter(order=order).exists()

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "order"}  # type: ignore[misc]


class PlacedBesideForm(PlacedForm):
    """A row with its place among its siblings, on their parent's page: `PlacedFormSet` looks at all of them."""

    def _is_taken(self, owner: models.Model, order: int) -> bool:
        return False
