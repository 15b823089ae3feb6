"""The rows of the approval package: a flow for each object, and its steps, one for each seat that was ever given.

Nothing else imports the package's models. They are written by `approvals` alone.
"""

from approval_workflow.models import ApprovalFlow as Flow
from approval_workflow.models import ApprovalInstance as Step

__all__ = ["Flow", "Step"]
