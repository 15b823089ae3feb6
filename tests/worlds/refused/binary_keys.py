"""A model whose primary key is binary is to take workflows."""

from tests.worlds.project import *  # noqa: F403

DJANGO_WORKFLOW_ENGINE = {"ENABLED_MODELS": ["world.Place"]}
REFUSED_BY = "django_workflow_engine.E014"


def models():
    from django.db import models

    class Place(models.Model):
        code = models.BinaryField(primary_key=True, max_length=16)

        def __str__(self):
            return "A place"
