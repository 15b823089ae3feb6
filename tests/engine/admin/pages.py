"""The admin's pages in tests: opened, filled in as a browser would send them, and read."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


class Admin:
    """The admin through one browser."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def address(self, of: type[Model] | Model, page: str) -> str:
        options, args = of._meta, [of.pk] if isinstance(of, Model) else []
        return reverse(f"admin:{options.app_label}_{options.model_name}_{page}", args=args)

    def list(self, model: type[Model], **parameters: Any) -> Any:
        return self.client.get(self.address(model, "changelist"), parameters)

    def rows(self, model: type[Model], **parameters: Any) -> list[Model]:
        """What a list page shows."""
        return list(self.list(model, **parameters).context["cl"].result_list)

    def open(self, of: type[Model] | Model) -> Any:
        """The page of a row, or the page that adds one."""
        return self.client.get(self.address(of, "change" if isinstance(of, Model) else "add"))

    def save(self, of: type[Model] | Model, **changed: Any) -> Any:
        """Send the page as it was opened, with these fields changed; a new inline row raises the count itself."""
        data = filled(self.open(of)) | changed
        for name in [name for name in data if name.endswith("-TOTAL_FORMS")]:
            prefix = name.removesuffix("TOTAL_FORMS")
            given = {key.removeprefix(prefix).split("-")[0] for key in data if key.startswith(prefix)}
            data[name] = str(max([int(data[name]), *(int(index) + 1 for index in given if index.isdigit())]))
        return self.client.post(self.address(of, "change" if isinstance(of, Model) else "add"), data)

    def delete(self, row: Model) -> HttpResponse:
        return self.client.post(self.address(row, "delete"), {"post": "yes"})


def filled(page: Any) -> dict[str, str]:
    """What a browser would send of a page that nobody touched."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    fields = [form[name] for form in forms for name in form.fields]
    values = {field.html_name: field.value() for field in fields}
    return {name: str(value) for name, value in values.items() if value is not None and value is not False}


def errors(page: Any) -> dict[str, list[str]]:
    """What a refused page says, by the name of the field that it stands at; `__all__` is the form itself."""
    found = dict(page.context["adminform"].form.errors)
    for inline in page.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            found |= {f"{form.prefix}-{name}": messages for name, messages in form.errors.items()}
        if inline.formset.non_form_errors():
            found[inline.formset.prefix] = inline.formset.non_form_errors()
    return {name: list(messages) for name, messages in found.items()}
