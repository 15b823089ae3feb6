"""The one app of a world's project."""

from django.apps import AppConfig, apps


class World(AppConfig):
    """Its models are those that the world declares; its requests are in the admin, where there is one."""

    name = "tests.worlds"
    label = "world"

    def ready(self):
        request = self.models.get("request")  # worlds that are refused may have none
        if request and apps.is_installed("django.contrib.admin"):
            from django.contrib import admin

            admin.site.register(request)
