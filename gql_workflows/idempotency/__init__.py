"""The same idempotency key and input of one user give the same answer and no second effect."""

from gql_workflows.idempotency.keys import forget_expired, once

__all__ = ["forget_expired", "once"]
