"""Rows in an order, edited together on their parent's page."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _

from django_workflow_engine.admin.deleting import advice_for
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.selectors.uses import uses_of


class OrderedFormSet(BaseInlineFormSet):
    """Children with an order that is unique below their parent; any of them may change places at once."""

    def clean(self) -> None:
        """Refuse two rows at one place."""
        self._refuse_to_delete_what_is_in_use()  # before Django does
        super().clean()
        taken: set[int] = set()
        for form in self._staying():
            order = getattr(form, "cleaned_data", {}).get("order")
            if order in taken:
                form.add_error("order", ValidationError(_("Another row has this place."), code="unique"))
            if order is not None:
                taken.add(order)

    def _refuse_to_delete_what_is_in_use(self) -> None:
        """Django would name the runs one by one, and not say what can be done."""
        leaving = [form.instance for form in self.initial_forms if self._should_delete_form(form)]  # type: ignore[attr-defined]
        told = [use.sentence for use in uses_of(leaving)]
        if told:
            raise ValidationError([*told, advice_for(self.model)], code=ErrorCode.IN_USE.value)

    def save(self, commit: bool = True) -> Any:
        """Store the rows; those that leave their place wait at a free one first, for an order is never there twice."""
        if commit:
            self._make_room()
        return super().save(commit)

    def _make_room(self) -> None:
        rows = self.model._base_manager.filter(**{self.fk.name: self.instance})
        taken = {*rows.values_list("order", flat=True), *(form.cleaned_data.get("order") for form in self._staying())}
        free = (number for number in count() if number not in taken)
        for form in self.initial_forms:
            if "order" in form.changed_data or form in self.deleted_forms:
                rows.filter(pk=form.instance.pk).update(order=next(free))

    def _staying(self) -> list[Any]:
        """The forms of the rows that there will be."""
        filled = [form for form in self.forms if form.instance.pk or form.has_changed()]
        return [form for form in filled if form not in self.deleted_forms]
