"""The demo's own models in the admin: forms and departments are searched where a template names them."""

from django.contrib import admin

from gql_workflows.demo.models import Department, DynamicForm, Opportunity, PurchaseRequest, Ticket


@admin.register(Department, DynamicForm)
class NamedAdmin(admin.ModelAdmin):
    """What a template names: departments and forms."""

    list_display = ("name", "company")
    list_select_related = ("company",)
    raw_id_fields = ("company",)
    search_fields = ("name",)


@admin.register(PurchaseRequest, Ticket)
class TitledAdmin(admin.ModelAdmin):
    """What goes through approvals, by its title."""

    search_fields = ("title",)


@admin.register(Opportunity)
class OpportunityAdmin(admin.ModelAdmin):
    """Deals that may be won."""

    search_fields = ("name",)
