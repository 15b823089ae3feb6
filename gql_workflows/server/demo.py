"""What the ready-to-run server takes from the demo where DEMO is on and its environment says nothing else.

The demo itself, `gql_workflows.demo`, is in no package that can be installed: it lives in the repository.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Final

APP: Final = "gql_workflows.demo"
ACCESS_POLICY: Final = "gql_workflows.demo.access.DemoAccessPolicy"
DEPARTMENT_MODEL: Final = "demo.Department"
ENABLED_MODELS: Final = ("demo.PurchaseRequest", "demo.Opportunity", "demo.Ticket")
FORM_MODEL: Final = "demo.DynamicForm"
GRAPHIQL_EXAMPLES: Final = "gql_workflows.demo.examples.demo_examples"


def require_demo() -> None:
    """End the process with one line where the demo is not there."""
    if find_spec(APP) is None:
        sys.exit("The demo is in the repository alone, not in the package: do without it, or `make run` in a checkout.")
