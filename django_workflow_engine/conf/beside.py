"""The settings beside DJANGO_WORKFLOW_ENGINE that the engine reads, most of them the approval package's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django_workflow_engine import shapes
from django_workflow_engine.options import Option, Plain
from django_workflow_engine.shapes import Shape

BESIDE: Final = Plain()

APPROVAL_HANDLERS: Final[Option[Sequence[str]]] = BESIDE.option(
    "APPROVAL_HANDLERS",
    default=[],
    shape=Shape(fits=shapes.is_texts, description="a list of dotted paths"),
    type="list of dotted paths",
    effect="Handlers of the approval package. Name the engine's as above.",
    check="E012",
)
APPROVAL_HANDLER_DISCOVERY_FUNCTION: Final[Option[Any]] = BESIDE.option(
    "APPROVAL_HANDLER_DISCOVERY_FUNCTION",
    default=None,
    told_default="the engine's",
    shape=Shape(fits=shapes.is_anything, description="the dotted path of a function"),
    type="dotted path",
    effect="Set by the engine where you set none. A function of yours must call "
    "`django_workflow_engine.handlers.get_handler_for_instance` and return what it gives, unless that is "
    "None.",
)
APPROVAL_ROLE_MODEL: Final[Option[str | None]] = BESIDE.option(
    "APPROVAL_ROLE_MODEL",
    default=None,
    shape=shapes.LABEL,
    type="`app.Model`",
    effect="Whose rows are roles: `auth.Group`, or a model of yours.",
    check="E012",
)
APPROVAL_ROLE_FIELD: Final[Option[str | None]] = BESIDE.option(
    "APPROVAL_ROLE_FIELD",
    default=None,
    told_default="found",
    shape=Shape(fits=shapes.or_none(shapes.is_text), description="a lookup from the user to its roles, or None"),
    type="lookup",
    effect="From the user to its roles. Without it: the many-to-many relation between the two models, else the "
    "user's foreign key.",
    check="E012",
)
APPROVAL_DYNAMIC_FORM_MODEL: Final[Option[str | None]] = BESIDE.option(
    "APPROVAL_DYNAMIC_FORM_MODEL",
    default=None,
    shape=shapes.LABEL,
    type="`app.Model`",
    effect="Whose rows are forms that steps may require.",
    check="E012",
)
APPROVAL_FORM_SCHEMA_FIELD: Final[Option[str | None]] = BESIDE.option(
    "APPROVAL_FORM_SCHEMA_FIELD",
    default=None,
    told_default="`schema`, else `form_schema`",
    shape=Shape(fits=shapes.or_none(shapes.is_text), description="the name of a field, or None"),
    type="str",
    effect="The form's field with a JSON Schema.",
    check="E012",
)
APPROVAL_HEAD_MANAGER_FIELD: Final[Option[str | None]] = BESIDE.option(
    "APPROVAL_HEAD_MANAGER_FIELD",
    default=None,
    shape=Shape(
        fits=shapes.or_none(shapes.is_text), description="the dotted path from a user to that user's manager, or None"
    ),
    type="dotted path",
    effect="From a user to that user's manager.",
    check="E012",
)
WORKFLOW_ACTIONS_CONFIG: Final[Option[Any]] = BESIDE.option(
    "WORKFLOW_ACTIONS_CONFIG",
    default=(),
    told_default="`[]`",
    shape=Shape(fits=shapes.is_anything, description="a list of dictionaries"),
    type="list of dicts",
    effect="Actions of the whole project; see [actions](actions.md#configuring).",
)
WORKFLOW_SEND_EMAIL_FUNCTION: Final[Option[Any]] = BESIDE.option(
    "WORKFLOW_SEND_EMAIL_FUNCTION",
    default=None,
    shape=Shape(fits=shapes.is_anything, description="the dotted path of a function"),
    type="dotted path",
    effect="Your own function for one e-mail; see [e-mail](actions.md#e-mail).",
)
WORKFLOW_DISABLE_EMAILS: Final[Option[Any]] = BESIDE.option(
    "WORKFLOW_DISABLE_EMAILS",
    default=False,
    shape=Shape(fits=shapes.is_anything, description="True or False"),
    type="bool",
    effect="The mail helpers and the built-in actions send nothing; see [e-mail](actions.md#e-mail).",
)
WORKFLOW_AUTO_CLEANUP_COMPLETED: Final[Option[bool]] = BESIDE.option(
    "WORKFLOW_AUTO_CLEANUP_COMPLETED",
    default=False,
    shape=shapes.SWITCH,
    type="bool",
    effect="An ended run is deleted after its last actions; see [cleanup](operations.md#cleanup).",
    check="E012",
)
