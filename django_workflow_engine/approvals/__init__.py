"""Who decides: people, seats and the approval package's rows; and what an approver type of a project is made of."""

from django_workflow_engine.definitions.approval_keys import (
    Parameter,
    one_of,
    read_key,
    read_percentage,
    read_text,
    whole_number_up_to,
)
from django_workflow_engine.definitions.approver_types import ApproverType, Asked, Nobody, approver_type
from django_workflow_engine.definitions.declared import Kind

__all__ = [
    "ApproverType",
    "Asked",
    "Kind",
    "Nobody",
    "Parameter",
    "approver_type",
    "one_of",
    "read_key",
    "read_percentage",
    "read_text",
    "whole_number_up_to",
]
