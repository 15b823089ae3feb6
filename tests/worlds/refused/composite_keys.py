"""A model whose primary key is composite is to take workflows."""

from tests.worlds.project import *  # noqa: F403

DJANGO_WORKFLOW_ENGINE = {"ENABLED_MODELS": ["world.Place"]}
REFUSED_BY = "django_workflow_engine.E014"


def models():
    from django.db import models

    class Place(models.Model):
        pk = models.CompositePrimaryKey("row", "column")
        row = models.IntegerField()
        column = models.IntegerField()

        def __str__(self):
            return "A place"
