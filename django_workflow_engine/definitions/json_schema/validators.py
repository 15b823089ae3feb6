"""The library's validators of all drafts, with every keyword counted and the costly ones replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
from jsonschema import validators
from jsonschema.validators import validator_for

from django_workflow_engine.definitions.json_schema.budget import current
from django_workflow_engine.definitions.json_schema.keywords import KEYWORDS, Errors, Keyword

_LATEST: Final = validators.Draft202012Validator
_DRAFTS: Final = (
    validators.Draft3Validator,
    validators.Draft4Validator,
    validators.Draft6Validator,
    validators.Draft7Validator,
    validators.Draft201909Validator,
    _LATEST,
)
_extend: Final[Callable[..., Any]] = validators.extend  # the stubs leave it without types


def bounded_validator(schema: Mapping[str, Any]) -> Any:
    """The validator class of the schema's draft; of the latest one where it names none that is known."""
    return _BOUNDED.get(validator_for(schema, default=_LATEST), _BOUNDED[_LATEST])


def _counted(keyword: Keyword) -> Keyword:
    def check(validator: Any, asked: Any, instance: Any, schema: Any) -> Errors:
        budget = current()
        budget.spend(budget.cost(asked, instance))
        with budget.deeper():
            for error in keyword(validator, asked, instance, schema) or ():
                budget.spend(1)
                yield error

    return check


def _bounded(draft: Any) -> Any:
    kept = KEYWORDS.keys() & draft.VALIDATORS.keys()
    keywords = {**draft.VALIDATORS, **{name: KEYWORDS[name] for name in kept}}
    kind = _extend(draft, {name: _counted(keyword) for name, keyword in keywords.items()})
    fields = [(field.alias, field.name) for field in attrs.fields(kind) if field.init]

    def evolve(self: Any, **changes: Any) -> Any:
        """The library's goes over to its own class where a part of a schema names a draft; this one stays."""
        current().spend(1)
        return kind(**{alias: getattr(self, name) for alias, name in fields} | changes)

    kind.evolve = evolve
    return kind


_BOUNDED: Final[Mapping[Any, Any]] = {draft: _bounded(draft) for draft in _DRAFTS}
