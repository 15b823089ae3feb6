"""What the ready-to-run server takes from the demo where DEMO is on and its environment says nothing else."""

from __future__ import annotations

from typing import Final

APP: Final = "gql_workflows.demo"
ACCESS_POLICY: Final = "gql_workflows.demo.access.DemoAccessPolicy"
DEPARTMENT_MODEL: Final = "demo.Department"
ENABLED_MODELS: Final = ("demo.PurchaseRequest", "demo.Opportunity", "demo.Ticket")
FORM_MODEL: Final = "demo.DynamicForm"
GRAPHIQL_EXAMPLES: Final = "gql_workflows.demo.examples.demo_examples"
