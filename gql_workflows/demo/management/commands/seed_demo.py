"""`manage.py seed_demo`: fill the sample project."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand

from gql_workflows.demo.seed import seed_demo


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 1_000_000:
        raise argparse.ArgumentTypeError("a whole number from 0 to 1000000")
    return number


class Command(BaseCommand):
    """Fills the demo; running it again changes nothing."""

    help = "Fill the demo: people, the purchase-request template, and purchase requests without a workflow."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """`--json` and `--requests N`."""
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        parser.add_argument(
            "--requests", type=_count, default=3, metavar="N", help="purchase requests without a workflow (default 3)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill, then say what there is."""
        data = seed_demo(requests=options["requests"])
        if options["json"]:
            self.stdout.write(json.dumps(data.as_json(), ensure_ascii=False))
            return
        for user in data.users:
            groups = ", ".join(user["groups"]) or ("superuser" if user["is_superuser"] else "no group")
            self.stdout.write(f"  {user['username']:<8} {user['password']:<16} {groups}")
        self.stdout.write(f"  template {data.template}, {len(data.purchase_requests)} requests without a workflow")
