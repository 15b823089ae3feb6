"""Which models' rows can take workflows: those that one transaction holds together with the engine's own."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.errors import Fault, ModelNotEnabled
from django_workflow_engine.models.steps import Flow, Step
from django_workflow_engine.transactions import alias, is_elsewhere


def check_is_here(model: type[Model]) -> None:
    """Raise ModelNotEnabled for a model whose rows are written to another database than the engine's."""
    if is_elsewhere(model):
        raise ModelNotEnabled(_refusal(model), path=("target",), model=model)


def database_faults(model: type[Model], *, is_enabled: bool) -> Iterator[Fault]:
    """The fault of a configuration that lets such a model take workflows."""
    if is_enabled and is_elsewhere(model):
        yield Fault(code=ErrorCode.MODEL_NOT_ENABLED, message=_refusal(model), path=("is_enabled",))


def _refusal(model: type[Model]) -> str:
    return _("%s is in another database than the workflows.") % model._meta.label


def database_settings() -> Iterator[CheckMessage]:
    """What the project's databases and routers make impossible; no statement."""
    yield from _referred_to()
    yield from _listed()
    yield from _committed()


def _referred_to() -> Iterator[CheckMessage]:
    named = (conf.role_model(), conf.form_model(), conf.department_model())
    for model in (get_user_model(), ContentType, Flow, Step, *named):
        if model is not None and is_elsewhere(model):
            yield Error(
                f"{model._meta.label} is in another database than the workflows, whose rows refer to it.",
                hint=f"Let DATABASE_ROUTERS send {model._meta.label} and django_workflow_engine to one database.",
                id="django_workflow_engine.E031",
            )


def _listed() -> Iterator[CheckMessage]:
    for label in sorted({*conf.enabled_models(), *conf.auto_starts(), *conf.workflow_mappings()}):
        model = conf.find_model(label)
        if model is not None and is_elsewhere(model):
            yield Error(
                f"DJANGO_WORKFLOW_ENGINE names “{label}”, which is in another database than the workflows: "
                "no transaction holds both.",
                hint=f"Let DATABASE_ROUTERS send {label} and django_workflow_engine to one database, or leave it out.",
                id="django_workflow_engine.E030",
            )


def _committed() -> Iterator[CheckMessage]:
    used = alias()
    if not connections.settings[used].get("AUTOCOMMIT", True):
        yield Error(
            f"DATABASES[{used!r}] has AUTOCOMMIT switched off: what a verb does is never committed, and what follows a "
            "commit (actions, mails, news for subscriptions) never happens.",
            hint="Leave AUTOCOMMIT out, and use ATOMIC_REQUESTS or transaction.atomic().",
            id="django_workflow_engine.E032",
        )
