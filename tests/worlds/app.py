"""The one app of a world's project."""

from django.apps import AppConfig


class World(AppConfig):
    """Its models are those that the world declares."""

    name = "tests.worlds"
    label = "world"
