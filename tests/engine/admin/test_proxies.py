"""A row has a page where the project registered a proxy of its model alone."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.test.utils import isolate_apps

from django_workflow_engine.admin.links import admin_of
from tests.testapp.models import Document, Team


@isolate_apps("tests.testapp")
def test_a_proxy_s_page_shows_the_row() -> None:
    class Letter(Document):
        class Meta:
            app_label = "testapp"
            proxy = True

    site = AdminSite()
    assert admin_of(site, Document) is None
    site.register([Team, Letter])
    assert admin_of(site, Document) is site._registry[Letter]
    site.register(Document)
    assert admin_of(site, Document) is site._registry[Document]
