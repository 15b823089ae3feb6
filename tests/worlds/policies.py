"""Policies of worlds whose users have no permissions."""

from typing import Any

from django.db.models import Model, QuerySet

from django_workflow_engine import conf, people
from gql_workflows.permissions import AccessPolicy


class EverybodyAdministers(AccessPolicy):
    """A small office, in which everybody sees and may name everything."""

    def administers(self, user: Any, model: type[Model]) -> bool:
        return True

    def people_to_name(self, user: Any) -> QuerySet[Any]:
        return people.users()

    def roles_to_name(self, user: Any) -> Any:
        return conf.role_model()._default_manager.all()

    def departments_to_name(self, user: Any) -> Any:
        return conf.department_model()._default_manager.all()

    def forms_to_name(self, user: Any) -> Any:
        return conf.form_model()._default_manager.all()

    def may_create_template(self, user: Any, company_id: Any) -> bool:
        return True
