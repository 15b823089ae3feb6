"""Start rules: which workflow an object takes, and editing the rules that say so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine.conditions.judging import Facts, Judgement, judge
from django_workflow_engine.conditions.names import field_name
from django_workflow_engine.definitions.conditions.reading import read_condition
from django_workflow_engine.definitions.unset import UNSET, Unset
from django_workflow_engine.errors import InvalidInput, NotFound
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models import StartRule, WorkFlow
from django_workflow_engine.models.arguments import check_model, check_row
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.locks import for_update
from django_workflow_engine.services.actors import checked_metadata
from django_workflow_engine.services.templates.writing import write
from django_workflow_engine.transactions import verb


@dataclass(frozen=True, kw_only=True)
class WorkflowMatch:
    """The workflow that an object takes, by which rule, and why; without a workflow, why there is none."""

    workflow: WorkFlow | None
    rule: StartRule | None
    because: str


@verb
def create_start_rule(
    *,
    model: type[Model],
    workflow_id: Any,
    condition: Any = None,
    weight: int = 0,
    is_active: bool = True,
    auto_start: bool = False,
) -> StartRule:
    """Add a rule for the objects of a model.

    Raises InvalidInput, NotFound, and InvalidDefinition with every fault: of a condition with its path, and CONFLICT at
    the weight where another active rule of the model has it.
    """
    check_model(model, "model")
    content_type = ContentType.objects.get_for_model(model)
    rule = StartRule(content_type=content_type, workflow=template_named(workflow_id))
    values = {"condition": condition, "weight": weight, "is_active": is_active, "auto_start": auto_start}
    write(rule, values)
    return rule


@verb
def update_start_rule(
    *,
    id: Any,
    workflow_id: Any = UNSET,
    condition: Any = UNSET,
    weight: int | Unset = UNSET,
    is_active: bool | Unset = UNSET,
    auto_start: bool | Unset = UNSET,
) -> StartRule:
    """Change a rule; what is UNSET stays, and None takes the condition away. Raises what `create_start_rule` raises."""
    rule = _locked(id)
    given = {"condition": condition, "weight": weight, "is_active": is_active, "auto_start": auto_start}
    values = {name: value for name, value in given.items() if value is not UNSET}
    if workflow_id is not UNSET:
        values["workflow"] = template_named(workflow_id)
    write(rule, values)
    return rule


@verb
def delete_start_rule(*, id: Any) -> None:
    """Delete a rule; raises NotFound."""
    _locked(id).delete()


def matching_workflow(
    obj: Model, *, metadata: Mapping[str, Any] | None = None, naming: Collection[Any] | None = None
) -> WorkflowMatch:
    """The workflow that the rules give an object, as it is stored now; a rule counts where its condition holds.

    `naming` has the primary keys of the templates that `because` may speak of; None: of all. One statement for the
    rules, and where there are some, one for the object and one for each relation that a condition follows. Raises
    InvalidInput.
    """
    check_row(obj, "target")
    given = checked_metadata(metadata)
    content_type = ContentType.objects.get_for_model(obj)
    rules = list(StartRule.objects.filter(content_type=content_type, is_active=True).select_related("workflow"))
    if not rules:
        return WorkflowMatch(workflow=None, rule=None, because=_("No rule says which workflow the object takes."))
    stored = type(obj)._base_manager.filter(pk=obj.pk).first()
    if stored is None:
        raise InvalidInput(_("The object must be saved before a workflow is attached."), path=("target",))
    return _first_that_holds(rules, Facts(target=stored, metadata=given, form=dict), naming)


def workflow_by_rules(obj: Model, metadata: Mapping[str, Any]) -> WorkFlow:
    """The workflow that the rules give an object; raises NotFound, with the reason, where they give none."""
    found = matching_workflow(obj, metadata=metadata)
    if found.workflow is None:
        raise NotFound(found.because, path=("workflow_id",))
    return found.workflow


def _first_that_holds(rules: Sequence[StartRule], facts: Facts, naming: Collection[Any] | None) -> WorkflowMatch:
    against = []
    for rule in sorted(rules, key=lambda rule: -rule.weight):
        judgement = _judged(rule, facts)
        if judgement is None or judgement.verdict is True:
            because = _("This rule holds for every object.") if judgement is None else judgement.because(field_name)
            return WorkflowMatch(workflow=rule.workflow, rule=rule, because=because)
        if naming is None or rule.workflow_id in naming:
            against.append(f"{isolated(rule.workflow)}: {judgement.because(field_name)}")
    return WorkflowMatch(workflow=None, rule=None, because=" ".join([_("No rule holds for the object."), *against]))


def _judged(rule: StartRule, facts: Facts) -> Judgement | None:
    condition = read_condition(rule.condition, (), [])
    return None if condition is None else judge(condition, facts)


def template_named(workflow_id: Any) -> WorkFlow:
    """The template with this primary key, no frozen version; raises NotFound."""
    key = to_primary_key(WorkFlow, workflow_id)
    found = WorkFlow.objects.filter(pk=key, is_hidden=False).first()
    if found is None:
        raise NotFound(_("There is no such workflow."), path=("workflow_id",))
    return found


def _locked(id: Any) -> StartRule:
    found = for_update(StartRule.objects.filter(pk=to_primary_key(StartRule, id))).first()
    if found is None:
        raise NotFound(_("There is no such rule."), path=("id",))
    return found
