"""Django's own admin, where people and roles are searched, and one of the project's, which has only the templates."""

from django.contrib import admin
from django.urls import path

from django_workflow_engine.admin import WorkFlowAdmin
from django_workflow_engine.models import WorkFlow
from tests.engine.admin.elsewhere.people.models import Person, Role


class PersonAdmin(admin.ModelAdmin):
    """People, found by their address."""

    search_fields = ("email",)


class RoleAdmin(admin.ModelAdmin):
    """Roles, which are not searched."""


class Office(admin.AdminSite):
    """A site of the project's own."""


admin.site.register(Person, PersonAdmin)
admin.site.register(Role, RoleAdmin)
office = Office(name="office")
office.register(WorkFlow, WorkFlowAdmin)
urlpatterns = [path("admin/", admin.site.urls), path("office/", office.urls)]
