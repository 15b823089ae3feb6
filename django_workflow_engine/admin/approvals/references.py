"""The rows that approvals name: people, roles and forms, as far as the viewer may see them in this admin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import get_permission_codename, get_user_model
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from django_workflow_engine import conf
from django_workflow_engine.admin.approvals.rows import NoRows, rows_of
from django_workflow_engine.definitions.approval_keys import Key
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.objects import text_of


class Reference:
    """One kind of row that an approval names by its key, for one request.

    `search_address` is where its rows are searched; it is empty where they cannot be. `model` is None where the
    project has no such rows. Names are read for all expected keys at once.
    """

    def __init__(self, model: type[Model] | None, request: HttpRequest, site: AdminSite, search_address: str) -> None:
        self.model, self.request, self.site = model, request, site
        self._search_address = search_address
        self._names: dict[str, str] = {}
        self._expected: set[str] = set()

    @cached_property
    def model_admin(self) -> ModelAdmin[Any] | None:
        """The rows' own admin on this site, if there is one."""
        return None if self.model is None else self.site._registry.get(self.model)

    @cached_property
    def may_see(self) -> bool:
        """Whether the viewer may see the rows: as their own admin says, else by Django's permission."""
        if self.model_admin is not None:
            return self.model_admin.has_view_permission(self.request)
        if self.model is None:
            return False
        codename = get_permission_codename("view", self.model._meta)
        return self.request.user.has_perm(f"{self.model._meta.app_label}.{codename}")

    @cached_property
    def search_address(self) -> str:
        """Where the viewer may search the rows by Django's own autocompletion; empty where that is not possible."""
        own = self.model_admin
        return self._search_address if own and self.may_see and own.get_search_fields(self.request) else ""

    @cached_property
    def list_address(self) -> str:
        """The page on which a row is chosen in a window of its own; empty where the viewer has none."""
        if self.model_admin is None or not self.may_see:
            return ""
        options = self.model_admin.opts
        name = f"admin:{options.app_label}_{options.model_name}_changelist"
        try:
            address = reverse(name, current_app=self.site.name)
        except NoReverseMatch:  # a project's admin may have other addresses
            return ""
        return f"{address}?_to_field={options.pk.name}"

    def as_key(self, text: str) -> Key:
        """The key that a text means, as JSON holds it; the text itself where no row can have that key.

        Blanks around it are the typist's, unless there is a row whose key has them.
        """
        key = self._key(text) if text == text.strip() or self._exists(text) else self._key(text.strip())
        if key is None:
            return text
        return key if isinstance(key, int) else str(key)

    def _key(self, text: str) -> Any:
        return None if self.model is None else to_primary_key(self.model, text)

    def _exists(self, text: str) -> bool:
        key = self._key(text)
        return self.model is not None and key is not None and self.model._base_manager.filter(pk=key).exists()

    def expect(self, keys: Iterable[Key]) -> None:
        """Read the names of these keys together with the first that is asked for."""
        self._expected.update(map(str, keys))

    def name(self, key: Key) -> str:
        """The row in its own words; empty for one that does not exist, or that the viewer may not see."""
        self.expect([key])
        self._read()
        return self._names[str(key)]

    def _read(self) -> None:
        waiting = self._expected - self._names.keys()
        self._names |= dict.fromkeys(waiting, "")
        if not waiting or self.model is None or not self.may_see:
            return
        keys = {text: to_primary_key(self.model, text) for text in waiting}
        own = self.model_admin
        rows = own.get_queryset(self.request) if own else self.model._default_manager.all()
        found = {row.pk: text_of(row) for row in rows.filter(pk__in=set(keys.values()) - {None})}
        self._names |= {text: found[key] for text, key in keys.items() if key in found}


References = Mapping[str, Reference]


def references_for(request: HttpRequest, site: AdminSite, search_address: str) -> References:
    """What this viewer may name in approvals on this site, by the approval's key."""
    models = {
        "approval_user": get_user_model(),
        "user_role": conf.role_model(),
        "fallback_user": get_user_model(),
        "fallback_role": conf.role_model(),
        "required_form": conf.form_model(),
    }
    return {key: Reference(model, request, site, search_address) for key, model in models.items()}


def expect(references: References, info: Any) -> None:
    """Read the names of everything that this info object's approvals name together with those of others."""
    try:
        rows = rows_of(info)
    except NoRows:
        return
    for row in rows:
        for key, reference in references.items():
            if key in row:
                reference.expect([row[key]])
