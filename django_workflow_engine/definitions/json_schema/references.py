"""What a reference in a schema leads to; never outside of the schema and of the drafts of JSON Schema."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from referencing.exceptions import Unresolvable
from referencing.jsonschema import lookup_recursive_ref

from django_workflow_engine.definitions.json_schema.patterns import SchemaRefused

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


def resolved(validator: Any, keyword: str, reference: Any) -> Any:
    """The schema that a reference leads to, and the resolver there; raises SchemaRefused where it leads to none."""
    resolver = validator._resolver
    try:
        found = lookup_recursive_ref(resolver) if keyword == "$recursiveRef" else resolver.lookup(reference)
    except (Unresolvable, ValueError, TypeError, AttributeError) as error:  # what is no reference at all fails anyhow
        raise SchemaRefused(_("it refers to something outside of it")) from error
    if not isinstance(found.contents, dict | bool):
        raise SchemaRefused(_("it refers to something that is no schema"))
    return found
