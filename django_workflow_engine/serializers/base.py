"""What the forms of templates have in common: who acts, and how a verb is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, NoReturn

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework import serializers

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.declared import Home, stored_in
from django_workflow_engine.errors import Fault, Path, WorkflowError
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.serializers.refusals import invalid, refusal


class EngineSerializer(serializers.Serializer):
    """A form whose refusals are the engine's; `context["request"]` says who acts, none is the system itself."""

    inside: ClassVar[str] = ""  # the word that the verbs put around this form's input

    @property
    def actor(self) -> Any:
        """The signed-in user of the request, or None."""
        user = getattr(self.context.get("request"), "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def _known(self) -> list[str]:
        """The fields that the input may have; a fault of anything else has no place in it."""
        return [name for name, field in self.fields.items() if not field.read_only]

    def call(self, verb: Callable[..., Any], /, **arguments: Any) -> Any:
        """What the verb gives; its refusal becomes ValidationError or PermissionDenied."""
        try:
            return verb(**arguments)
        except WorkflowError as error:
            raise refusal(error, self.initial_data, known=self._known, inside=self.inside) from error

    def raise_faults(self, faults: Iterable[Fault]) -> None:
        """Raise ValidationError with every fault at its place in the input; nothing when there is none."""
        found = list(faults)
        if found:
            raise invalid(found, self.initial_data, known=self._known, inside=self.inside)

    def raise_fault(self, code: ErrorCode, message: str, *path: str) -> NoReturn:
        """Raise ValidationError with this one fault."""
        fault = Fault(code=code, message=message, path=path)
        raise invalid([fault], self.initial_data, known=self._known, inside=self.inside)

    def check_nested_unchanged(self, attrs: dict[str, Any], *names: str) -> None:
        """Raise ValidationError where a change brings lists that have verbs of their own.

        A representation that is sent back, with the row's own id, may bring them as they are.
        """
        given = [name for name in names if name in attrs]
        sent_back = bool(given) and self.initial_data.get("id") == self.instance.pk
        shown = self.to_representation(self.instance) if sent_back else {}
        changed = [name for name in given if name not in shown or self.initial_data.get(name) != shown[name]]
        message = _("These are changed one by one, not with what holds them.")
        self.raise_faults(Fault(code=ErrorCode.INVALID, message=message, path=(name,)) for name in changed)

    def check_not_frozen(self, workflow: WorkFlow) -> None:
        """Raise ValidationError for a frozen version."""
        if workflow.is_hidden:
            self.raise_fault(ErrorCode.FROZEN, _("A frozen version of a workflow never changes."))

    def check_given_once(self, attrs: Any, info: str, spec: type[Any], path: Path = ()) -> None:
        """Raise ValidationError where what the info object holds is given beside it and inside of it."""
        inside = attrs.get(info) or {}
        message = _("Give this once: here or in “%s”.") % info
        self.raise_faults(
            Fault(code=ErrorCode.INVALID, message=message, path=(*path, name))
            for name in stored_in(spec, Home.INFO)
            if name in attrs and name in inside
        )

    def find(self, model: type[Model], key: Any, field: str) -> Any:
        """The row that a field names; ValidationError at the field when there is none."""
        if key is None:
            self.raise_fault(ErrorCode.REQUIRED, _("This must be named."), field)
        row = model._default_manager.filter(pk=to_primary_key(model, key)).first()
        if row is None:
            self.raise_fault(ErrorCode.NOT_FOUND, _("There is no such row."), field)
        return row
