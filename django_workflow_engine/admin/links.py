"""Ways from one page of the admin to another, for who may see where they lead."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.utils import quote
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString


def page_of(request: HttpRequest, site: AdminSite, row: Model | None) -> str:
    """A row's own page in this admin; empty where there is none that the viewer may see."""
    return "" if row is None else _address(request, site, type(row), "change", row)


def list_of(request: HttpRequest, site: AdminSite, model: type[Model], **filters: Any) -> str:
    """The list of these rows of a model; empty where there is none that the viewer may see."""
    address = _address(request, site, model, "changelist", None)
    return f"{address}?{urlencode(filters)}" if address else ""


def linked(text: str, address: str) -> str | SafeString:
    """The text as a link where there is an address."""
    return format_html('<a href="{}">{}</a>', address, text) if address else text


def admin_of(site: AdminSite, model: type[Model]) -> ModelAdmin[Any] | None:
    """The model's own admin on this site, or that of a proxy which shows the same rows; None where there is none."""
    shown = (own for proxy, own in site._registry.items() if proxy._meta.concrete_model is model._meta.concrete_model)
    return site._registry.get(model) or next(shown, None)


def _address(request: HttpRequest, site: AdminSite, model: type[Model], page: str, row: Model | None) -> str:
    own = admin_of(site, model)
    if own is None or not own.has_view_permission(request, row):
        return ""
    name = f"admin:{own.opts.app_label}_{own.opts.model_name}_{page}"
    try:
        return reverse(name, args=[] if row is None else [quote(row.pk)], current_app=site.name)
    except NoReverseMatch:  # a project's admin may have other addresses
        return ""
