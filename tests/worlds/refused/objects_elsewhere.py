"""A model is to take workflows whose rows are in another database than the workflows."""

from tests.worlds.two_databases import *  # noqa: F403
from tests.worlds.two_databases import DJANGO_WORKFLOW_ENGINE as ALL

DJANGO_WORKFLOW_ENGINE = {**ALL, "ENABLED_MODELS": ["world.Paper"]}
REFUSED_BY = "django_workflow_engine.E030"
