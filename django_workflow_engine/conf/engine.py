"""The engine's settings: each a row that says how it is read, checked and told in the manual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django_workflow_engine import shapes
from django_workflow_engine.options import Option, Table
from django_workflow_engine.shapes import Shape

ENGINE: Final = Table("DJANGO_WORKFLOW_ENGINE")

ENABLED_MODELS: Final[Option[Sequence[str]]] = ENGINE.option(
    "ENABLED_MODELS",
    default=(),
    shape=Shape(fits=shapes.is_texts, description="a list of model labels"),
    type="list of `app.Model`",
    effect="Only these models take workflows; empty: every model.",
    check="E005",
)
MODEL_WORKFLOW_MAPPINGS: Final[Option[Mapping[str, Any]]] = ENGINE.option(
    "MODEL_WORKFLOW_MAPPINGS",
    default={},
    shape=Shape(
        fits=shapes.is_mapping_of_texts,
        description="a dictionary of model labels, each with a list of workflow slugs",
    ),
    type="`{app.Model: [slug]}`",
    effect="A model that is named takes only these workflows. A slug is that of `name_en`, with `_` or `-`, or "
    "the name itself.",
    check="E005",
)
AUTO_START_WORKFLOWS: Final[Option[Mapping[str, Any]]] = ENGINE.option(
    "AUTO_START_WORKFLOWS",
    default={},
    shape=Shape(
        fits=shapes.is_auto_starts,
        description="a dictionary of model labels, each with a “workflow_slug” and perhaps a dictionary “conditions”",
    ),
    type='`{app.Model: {"workflow_slug": …, "conditions": {…}}}`',
    effect="What starts when a row is created and all its conditions, Django lookups, hold.",
    check="E005",
)
PERMISSIONS: Final[Option[Mapping[str, Any]]] = ENGINE.option(
    "PERMISSIONS",
    default={},
    shape=Shape(
        fits=shapes.is_permissions,
        description="True or False for REQUIRE_PERMISSION_TO_START and REQUIRE_PERMISSION_TO_APPROVE, and nothing else",
    ),
    type="`{name: bool}`",
    effect="`REQUIRE_PERMISSION_TO_START` and `REQUIRE_PERMISSION_TO_APPROVE`; see "
    "[permissions](models.md#permissions).",
    check="E005",
)
DEFAULT_STATUS_FIELD: Final[Option[str]] = ENGINE.option(
    "DEFAULT_STATUS_FIELD",
    default="",
    shape=Shape(fits=shapes.is_field_name, description="the name of a field"),
    type="str",
    effect="The status field of a model that is registered without one.",
    check="E005",
)
DEPARTMENT_MODEL: Final[Option[str | None]] = ENGINE.option(
    "DEPARTMENT_MODEL",
    default=None,
    shape=shapes.LABEL,
    type="`app.Model`",
    effect="What pipelines name as their department.",
    check="E005",
)
DEPARTMENT_HEAD_FIELD: Final[Option[str]] = ENGINE.option(
    "DEPARTMENT_HEAD_FIELD",
    default="head",
    shape=Shape(fits=shapes.is_path, description="the name of an attribute, or a dotted path"),
    type="dotted path",
    effect="From a department to its head.",
    check="E005",
)
OWNER_FIELDS: Final[Option[Sequence[str]]] = ENGINE.option(
    "OWNER_FIELDS",
    default=("created_by", "requester", "owner"),
    shape=Shape(fits=shapes.is_texts, description="a list of names of fields"),
    type="list of str",
    effect="The foreign keys that may name an object's own person, for whom an automatic start acts.",
    check="E005",
)
FORBID_SELF_APPROVAL: Final[Option[bool]] = ENGINE.option(
    "FORBID_SELF_APPROVAL",
    default=False,
    shape=shapes.SWITCH,
    type="bool",
    effect="Nobody is asked about, or decides on, an object that they created or started; `self-approved` "
    "approvals aside.",
    check="E005",
)
CLAIM_SECONDS: Final[Option[float]] = ENGINE.option(
    "CLAIM_SECONDS",
    default=3600,
    shape=shapes.SOME_SECONDS,
    type="seconds",
    effect="How long whoever [claims](running.md#claiming) an approval keeps the others from it.",
    check="E005",
)
CONDITION_FIELDS: Final[Option[Mapping[str, Any]]] = ENGINE.option(
    "CONDITION_FIELDS",
    default={},
    shape=Shape(
        fits=shapes.is_mapping_of_paths,
        description="a dictionary of model labels, each with a list of dotted paths to fields",
    ),
    type="`{app.Model: [dotted path]}`",
    effect="What [conditions](conditions.md#what-a-condition-may-look-at) may look at beside a model's own plain "
    "fields, such as `requester.department.code`.",
    check="E005",
)
RUN_PRINCIPALS: Final[Option[str | None]] = ENGINE.option(
    "RUN_PRINCIPALS",
    default=None,
    shape=Shape(fits=shapes.or_none(shapes.is_path), description="the dotted path of a function"),
    type="dotted path",
    effect="A function that gives, for an attachment, further principals that see its run; see "
    "[who sees a run](models.md#who-sees-a-run).",
    check="E005",
)
ACTION_RUNNER: Final[Option[str]] = ENGINE.option(
    "ACTION_RUNNER",
    default="inline",
    shape=Shape(fits=shapes.is_anything, description="the name of a runner"),
    type="str",
    effect="`inline`: the process that decided runs actions after its commit. `celery`: a worker does.",
)
ACTION_MAX_ATTEMPTS: Final[Option[int]] = ENGINE.option(
    "ACTION_MAX_ATTEMPTS",
    default=5,
    shape=shapes.COUNT,
    type="int",
    effect="How many attempts an action has before it is an incident, by the rule `doubling`.",
    check="E022",
)
ACTION_RETRY_SECONDS: Final[Option[float]] = ENGINE.option(
    "ACTION_RETRY_SECONDS",
    default=60,
    shape=shapes.SECONDS,
    type="seconds",
    effect="The wait after the first failure, by the rule `doubling`; it doubles each time, up to a day.",
    check="E022",
)
ACTION_RETRY_RULE: Final[Option[str]] = ENGINE.option(
    "ACTION_RETRY_RULE",
    default="doubling",
    shape=Shape(fits=shapes.is_text, description="the name of a retry rule"),
    type="str",
    effect="When actions that ask for no rule of their own are tried again; see [retry rules](actions.md#retry-rules).",
    check="E022",
)
ACTION_GRACE_SECONDS: Final[Option[float]] = ENGINE.option(
    "ACTION_GRACE_SECONDS",
    default=60,
    shape=shapes.SECONDS,
    type="seconds",
    effect="How long `run_actions` leaves a new action to the process that committed it.",
    check="E022",
)
ACTION_LEASE_SECONDS: Final[Option[float]] = ENGINE.option(
    "ACTION_LEASE_SECONDS",
    default=900,
    shape=shapes.SOME_SECONDS,
    type="seconds",
    effect="How long one attempt keeps other runners away; at least twice the time limit.",
    check="E022",
)
ACTION_TIMEOUT_SECONDS: Final[Option[float | None]] = ENGINE.option(
    "ACTION_TIMEOUT_SECONDS",
    default=None,
    shape=Shape(
        fits=shapes.or_none(shapes.SOME_SECONDS.fits), description="a number of seconds above 0, or leave it out"
    ),
    type="seconds",
    effect="After this an action is no longer waited for; see [time limits](actions.md#time-limits).",
    check="E022",
)
ACTION_PUBLISH_SECONDS: Final[Option[float]] = ENGINE.option(
    "ACTION_PUBLISH_SECONDS",
    default=1,
    shape=shapes.SOME_SECONDS,
    type="seconds",
    effect="How long the one who decided waits for Celery's broker; see [Celery](actions.md#celery).",
    check="E022",
)
WORKING_CALENDAR: Final[Option[str | None]] = ENGINE.option(
    "WORKING_CALENDAR",
    default=None,
    told_default="Monday to Friday",
    shape=Shape(
        fits=shapes.or_none(shapes.is_path), description="the dotted path of a calendar or a function, or None"
    ),
    type="dotted path",
    effect="Which days, or which hours of them, are worked: a class of workalendar, or a function of yours; see "
    "[working time](working_time.md#the-calendar).",
    check="E036",
)
WORKING_HOURS: Final[Option[Sequence[str]]] = ENGINE.option(
    "WORKING_HOURS",
    default=("09:00", "17:00"),
    shape=Shape(
        fits=shapes.is_hours,
        description="a pair of times such as ('09:00', '17:00'), the earlier first; '00:00' ends a day",
    ),
    type="pair of times",
    effect="The hours of a working day where the calendar tells days alone.",
    check="E037",
)
WORKING_TIME_ZONE: Final[Option[str | None]] = ENGINE.option(
    "WORKING_TIME_ZONE",
    default=None,
    told_default="`TIME_ZONE`",
    shape=Shape(
        fits=shapes.or_none(shapes.is_time_zone), description="the name of a time zone such as 'Europe/Berlin', or None"
    ),
    type="time zone",
    effect="By whose clock days and hours are worked.",
    check="E038",
)
MAX_TEXT_LENGTH: Final[Option[int]] = ENGINE.option(
    "MAX_TEXT_LENGTH",
    default=10_000,
    shape=shapes.COUNT,
    type="characters",
    effect="Of a comment, a reason or a description; see [limits](limits.md).",
    check="E005",
)
MAX_JSON_LENGTH: Final[Option[int]] = ENGINE.option(
    "MAX_JSON_LENGTH",
    default=100_000,
    shape=shapes.COUNT,
    type="characters",
    effect="Of one stored JSON value, written without blanks: metadata, form data, `form_info`, parameters, an "
    "info object.",
    check="E005",
)
MAX_JSON_DEPTH: Final[Option[int]] = ENGINE.option(
    "MAX_JSON_DEPTH",
    default=32,
    shape=shapes.COUNT,
    type="levels",
    effect="Of lists and objects inside of each other in such a value.",
    check="E005",
)
MAX_JSON_ITEMS: Final[Option[int]] = ENGINE.option(
    "MAX_JSON_ITEMS",
    default=10_000,
    shape=shapes.COUNT,
    type="int",
    effect="How many values such a value holds on all levels.",
    check="E005",
)
MAX_TEMPLATE_STAGES: Final[Option[int]] = ENGINE.option(
    "MAX_TEMPLATE_STAGES",
    default=500,
    shape=shapes.COUNT,
    type="int",
    effect="Of a whole template.",
    check="E005",
)
MAX_TEMPLATE_APPROVALS: Final[Option[int]] = ENGINE.option(
    "MAX_TEMPLATE_APPROVALS",
    default=500,
    shape=shapes.COUNT,
    type="int",
    effect="Of a whole template, whatever the level.",
    check="E005",
)
MAX_TEMPLATE_ACTIONS: Final[Option[int]] = ENGINE.option(
    "MAX_TEMPLATE_ACTIONS",
    default=500,
    shape=shapes.COUNT,
    type="int",
    effect="Of a whole template with all below it.",
    check="E005",
)
