"""What is declared of the fields of a template agrees with the columns that they are stored in."""

from __future__ import annotations

from dataclasses import MISSING

import pytest
from django.db.models import NOT_PROVIDED
from django.utils import translation

from django_workflow_engine.definitions.changes import PipelineChanges, StageChanges, WorkflowChanges
from django_workflow_engine.definitions.declared import Home, declared, default_of, stored_in
from django_workflow_engine.definitions.specs import ActionSpec, PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.definitions.unset import UNSET
from django_workflow_engine.errors import InvalidDefinition
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction
from django_workflow_engine.services import create_workflow

PARTS = [(WorkflowSpec, WorkFlow), (PipelineSpec, Pipeline), (StageSpec, Stage), (ActionSpec, WorkflowAction)]
COLUMNS = [(spec, model, name) for spec, model in PARTS for name in stored_in(spec, Home.COLUMN)]


@pytest.mark.parametrize(("spec", "model", "name"), COLUMNS)
def test_a_column_has_the_words_and_the_default_that_are_declared(spec, model, name):
    column, field, default = model._meta.get_field(name), declared(spec)[name], default_of(spec, name)
    assert (str(column.verbose_name), str(column.help_text)) == (str(field.label), str(field.help))
    assert list(column.choices or ()) == (list(field.choices.choices) if field.choices else [])
    if column.default is not NOT_PROVIDED and default is not None:
        assert column.get_default() == default
    assert (default is MISSING) <= (column.default is NOT_PROVIDED)


@pytest.mark.parametrize("spec", [spec for spec, _model in PARTS])
def test_every_label_has_an_arabic_one(spec):
    for name, field in declared(spec).items():
        with translation.override("en"):
            english = str(field.label), str(field.help)
        with translation.override("ar"):
            arabic = str(field.label), str(field.help)
        assert arabic[0] != english[0], name
        assert (arabic[1] != english[1]) == bool(english[1]), name


def test_a_change_set_takes_what_is_declared_and_may_change():
    assert StageChanges(color=None, order=3).values == {"color": None, "order": 3}
    for wrong in ("strategy", "pipelines", "actions", "colour"):
        with pytest.raises(TypeError, match=f"WorkflowChanges takes no {wrong}"):
            WorkflowChanges(**{wrong: 1})


def test_change_sets_are_equal_where_they_say_the_same():
    assert StageChanges(color=None) == StageChanges(color=None, order=UNSET)
    assert StageChanges(order=3) != StageChanges(order=4)
    assert StageChanges(order=3) != PipelineChanges(order=3)


def test_a_strategy_that_is_no_number_is_refused(db):
    with pytest.raises(InvalidDefinition) as refused:
        create_workflow(spec=WorkflowSpec(name_en="Purchases", strategy=True))
    assert [(fault.path, fault.message) for fault in refused.value.faults] == [(("strategy",), "This is no strategy.")]
