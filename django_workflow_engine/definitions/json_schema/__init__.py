"""JSON Schema whose cost is bounded: steps are counted, patterns are matched in linear time, faults are few."""

from django_workflow_engine.definitions.json_schema.budget import OutOfSteps
from django_workflow_engine.definitions.json_schema.patterns import SchemaRefused
from django_workflow_engine.definitions.json_schema.schemas import MAX_ERRORS, first_errors, problem_of

__all__ = ["MAX_ERRORS", "OutOfSteps", "SchemaRefused", "first_errors", "problem_of"]
