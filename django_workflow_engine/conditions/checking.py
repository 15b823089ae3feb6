"""What is wrong with a condition: fields that nobody may look at, operators that do not fit, values of a wrong type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.conditions.comparing import Incomparable, literal_of
from django_workflow_engine.conditions.fields import ConditionField, fields_of
from django_workflow_engine.definitions.conditions.expressions import Comparison, Expression, comparisons
from django_workflow_engine.definitions.conditions.reading import FORM
from django_workflow_engine.errors import Fault, Path
from django_workflow_engine.models.attachable import attachable_models
from django_workflow_engine.models.verbs import method_of_a_model

_FIRST_TOLD = ("field", "operator", "value")  # the model that fits best tells what is wrong: a value before an operator


@method_of_a_model
def faults_for(expression: Expression, model: type[Model], path: Path) -> Iterator[Fault]:
    """What a condition on rows of this model, before a run of them, gets wrong: there is no form yet."""
    yield from _faults(expression, [fields_of(model)], path)
    for where, compared in comparisons(expression, path):
        if compared.field.startswith(FORM):
            message = _("No form was filled in before a run has started.")
            yield Fault(code=ErrorCode.INVALID, message=message, path=(*where, "field"))


@method_of_a_model
def faults_for_any(conditions: Sequence[tuple[Path, Expression]]) -> Iterator[Fault]:
    """What a template's conditions get wrong: each comparison must fit one of the models that may take workflows.

    A template is no model's. Where a run's object has no such field, what has the condition is asked. No statement.
    """
    models = [fields_of(model) for model in attachable_models()] if conditions else []
    for path, expression in conditions:
        yield from _faults(expression, models, path)


def _faults(expression: Expression, models: Sequence[Mapping[str, ConditionField]], path: Path) -> Iterator[Fault]:
    for where, compared in comparisons(expression, path):
        problem = _problem(compared, models)
        if problem is not None:
            yield Fault(code=ErrorCode.INVALID, message=problem.message, path=(*where, *problem.path))


def _problem(compared: Comparison, models: Sequence[Mapping[str, ConditionField]]) -> Incomparable | None:
    """Why the comparison fits none of the models, as the one tells it that it fits best; None where it fits one."""
    problems = []
    for fields in models or [{}]:
        try:
            literal_of(compared, fields)
        except Incomparable as problem:
            problems.append(problem)
        else:
            return None
    return max(problems, key=lambda problem: _FIRST_TOLD.index(problem.path[0]))
