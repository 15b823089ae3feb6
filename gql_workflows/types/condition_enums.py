"""What conditions compare, and how, described for clients."""

from __future__ import annotations

from django_workflow_engine import choices
from gql_workflows.types.describing import describe

ComparisonOperator = describe(
    choices.ComparisonOperator,
    "How a condition compares a field with its value. A comparison with a missing value is neither true nor false.",
    {
        "EQUAL": "The same value; of texts the same letters, in the same case.",
        "NOT_EQUAL": "Another value.",
        "LESS": "Less, or earlier.",
        "LESS_OR_EQUAL": "Less or the same, earlier or at the same time.",
        "GREATER": "More, or later.",
        "GREATER_OR_EQUAL": "More or the same, later or at the same time.",
        "IN": "One of a list of values.",
        "NOT_IN": "None of a list of values.",
        "CONTAINS": "A text that has this one in it, in the same case.",
        "STARTS_WITH": "A text that begins with this one, in the same case.",
        "IS_EMPTY": "No value, or an empty text; it takes no value.",
        "IS_NOT_EMPTY": "A value that is no empty text; it takes no value.",
    },
)
ConditionFieldType = describe(
    choices.ConditionFieldType,
    "What kind of value a field has for a condition, and so what JSON it is compared with.",
    {
        "TEXT": "A text.",
        "INTEGER": "A whole number.",
        "DECIMAL": "A number, or its digits as a text.",
        "BOOLEAN": "true or false.",
        "DATE": "A date as a text, as 2026-01-31.",
        "DATETIME": "A date and time with its zone as a text, as 2026-01-31T12:00:00+00:00.",
        "CHOICE": "One of the field's choices.",
        "REFERENCE": "The primary key of another row, a number or a text; no global id.",
    },
)
