"""Whether a model takes workflows: one rule, whatever the case of its label."""

from __future__ import annotations

import pytest
from django.test import override_settings

from django_workflow_engine import conf
from django_workflow_engine.checks import check_settings
from django_workflow_engine.services.configuration.reading import is_enabled
from django_workflow_engine.services.configuration.registration import register_model_for_workflow
from tests.testapp.models import Deal, Document, Invoice, LateInvoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def app_in_capitals(monkeypatch):
    """The test app as a project may have labelled it, in capitals that Django keeps."""
    for model in (Deal, Document):
        monkeypatch.setattr(model._meta, "app_label", "TestApp")


def enabled(model, listed, *, named=False) -> bool:
    with override_settings(DJANGO_WORKFLOW_ENGINE={"ENABLED_MODELS": listed}):
        return is_enabled(model, named=named)


@pytest.mark.parametrize("label", ["testapp.Deal", "testapp.deal", "TESTAPP.DEAL", "TestApp.Deal"])
def test_a_model_is_listed_in_any_case(label):
    assert enabled(Deal, [label])
    assert not enabled(Document, [label])


def test_a_proxy_is_listed_with_the_model_whose_rows_it_shows():
    assert enabled(LateInvoice, ["testapp.Invoice"])
    assert enabled(LateInvoice, ["testapp.LateInvoice"])
    assert not enabled(Invoice, ["testapp.LateInvoice"])


@pytest.mark.usefixtures("app_in_capitals")
@pytest.mark.parametrize("label", ["TestApp.Deal", "testapp.deal"])
def test_an_app_whose_label_has_capitals_is_listed_all_the_same(label):
    with override_settings(DJANGO_WORKFLOW_ENGINE={"ENABLED_MODELS": [label]}):
        assert (conf.is_listed(Deal), conf.is_listed(Document)) == (True, False)
        assert (conf.find_model(label), conf.find_model("testapp.nothing")) == (Deal, None)
        assert check_settings(None) == []


@pytest.mark.parametrize(
    ("listed", "configured", "everywhere", "named"),
    [
        ([], None, True, False),
        ([], True, True, True),
        ([], False, False, False),
        (["testapp.Deal"], None, True, True),
        (["testapp.Deal"], True, True, True),
        (["testapp.Deal"], False, False, False),
        (["testapp.Document"], None, False, False),
        (["testapp.Document"], True, False, False),
    ],
)
def test_the_settings_and_the_configuration_say_it_together(listed, configured, everywhere, named):
    if configured is not None:
        register_model_for_workflow(Deal, is_enabled=configured)
    assert enabled(Deal, listed) is everywhere
    assert enabled(Deal, listed, named=True) is named


def test_asking_costs_one_statement_at_most(django_assert_num_queries):
    assert enabled(Deal, [])  # reads the content type
    with django_assert_num_queries(1):
        enabled(Deal, ["testapp.Deal"])
    with django_assert_num_queries(0):
        enabled(Deal, ["testapp.Document"])
