"""Forms that refuse what `save()` refuses, at the field where it belongs."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_workflow_engine.admin.approvals.references import expect
from django_workflow_engine.admin.approvals.rowset import SubmittedRows
from django_workflow_engine.admin.declared import kept_fields, shown_value
from django_workflow_engine.definitions.approvals import parse_approvals
from django_workflow_engine.definitions.bounds import MAX_ORDER
from django_workflow_engine.definitions.building import deadlines_in, info_with, referenced_by
from django_workflow_engine.models import validation
from django_workflow_engine.services.templates.checking import row_faults
from django_workflow_engine.working_time.checking import calendar_faults


class RulesForm(forms.ModelForm):
    """Asks the model's own rule after Django's validation; what it refuses stands at its field."""

    def settle(self) -> None:
        """Put onto the row what Django does not, before the rule is asked."""

    def check_rule(self) -> None:
        """Raise ValidationError where `save()` would."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        self.settle()
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
            own = name in self.fields
            places.setdefault(name if own else NON_FIELD_ERRORS, []).extend(_told(one, name, own) for one in errors)
        return ValidationError(places)


def _told(error: ValidationError, name: str, own: bool) -> ValidationError:
    """What stands at the field that it is about needs not say which that is."""
    params = error.params or {}
    if own and tuple(params.get("path", ())) == (name,):
        return ValidationError(params["message"], code=error.code)
    return error


class AsksApprovals(RulesForm):
    """A row that carries approvals in its field `info`: what is wrong with one stands at that one.

    What else its `spec` keeps in there has fields beside it, on a page that names them.
    """

    info: ClassVar[str]
    spec: ClassVar[type[Any]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._take_out_what_the_page_has_not()
        stored = getattr(self.instance, self.info)
        for name in self._kept():
            value = stored.get(name) if isinstance(stored, dict) else None
            self.initial.setdefault(name, shown_value(kept_fields(self.spec)[name], value))
        if self.info in self.fields:
            field = self.fields[self.info]
            expect(field.widget.references, self.get_initial_for_field(field, self.info))

    def _take_out_what_the_page_has_not(self) -> None:
        """Django validates every declared field, and would read one that the page has not as emptied."""
        for name in self.declared_fields:
            if name in self.fields and name not in (self._meta.fields or ()):
                del self.fields[name]

    def _kept(self) -> list[str]:
        return [name for name in kept_fields(self.spec) if name in self.fields]

    def settle(self) -> None:
        """Put what was changed beside the approvals into the info object."""
        changed = {name: self.cleaned_data[name] for name in self._kept() if name in self.changed_data}
        if changed:
            values = {name: None if value == "" else value for name, value in changed.items()}
            setattr(self.instance, self.info, info_with(getattr(self.instance, self.info), values, self.spec))

    def check_named_rows(self) -> None:
        """Raise ValidationError for people, roles and forms that do not exist, once the approvals were changed.

        A deadline that the working calendar cannot count is refused as well.
        """
        if self.info in self.changed_data:
            approvals = parse_approvals(getattr(self.instance, self.info), path=(self.info,), faults=[])
            named = row_faults([*referenced_by(approvals, (self.info,))])
            validation.raise_faults([*named, *calendar_faults(deadlines_in(approvals, (self.info,)))])

    def _at_its_field(self, error: ValidationError) -> ValidationError:
        placed = super()._at_its_field(self._at_what_is_kept(error))
        rows = self[self.info].data if self.info in self.fields else None
        if isinstance(rows, SubmittedRows) and hasattr(placed, "error_dict"):
            errors = placed.error_dict.pop(self.info, [])
            left = [one for one in errors if not rows.take(one)]
            if errors:
                placed.error_dict[self.info] = left if len(left) == len(errors) else [*left, rows.refusal()]
        return placed

    def _at_what_is_kept(self, error: ValidationError) -> ValidationError:
        """The error, with what is wrong beside the approvals at the field of its own."""
        if not hasattr(error, "error_dict"):
            return error
        places: dict[str, list[ValidationError]] = {}
        for name, errors in error.error_dict.items():
            for one in errors:
                params = one.params or {}
                within = tuple(params.get("path", ()))[1:2]
                if within and within[0] in self._kept():
                    places.setdefault(within[0], []).append(ValidationError(params["message"], code=one.code))
                else:
                    places.setdefault(name, []).append(one)
        return ValidationError(places)


class OrderedForm(AsksApprovals):
    """A row with its place among its siblings, on a page of its own: the siblings stay where they are."""

    parent: ClassVar[str]

    order = forms.IntegerField(
        label=gettext_lazy("Order"),
        min_value=0,
        max_value=MAX_ORDER,
        required=False,
        help_text=gettext_lazy("Lower comes first; the numbers need not follow each other. Empty: after the last one."),
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
        is_taken: bool = siblings.filter(order=order).exists()
        return is_taken

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "order"}  # type: ignore[misc]


class OrderedInlineForm(OrderedForm):
    """A row with its place among its siblings, on their parent's page: `OrderedFormSet` looks at all of them."""

    def _is_taken(self, owner: models.Model, order: int) -> bool:
        return False
