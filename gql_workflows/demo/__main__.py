"""`python -m gql_workflows.demo`: walk through a purchase request over HTTP, as the real users."""

from __future__ import annotations

import sys

from gql_workflows.demo.client import RequestFailed
from gql_workflows.demo.server import demo_server
from gql_workflows.demo.walk import Surprise, Walk


def main() -> int:
    """0 when everything came out as expected, 1 when anything differed."""
    with demo_server() as running:
        print(f"Server on {running.url}")
        walk = Walk(running.url, running.seed, print)
        try:
            walk.run()
        except (Surprise, RequestFailed) as error:
            print(f"DIFFERENT: {error}", file=sys.stderr)
            return 1
        finally:
            walk.close()
    print("The workflow completed; everything came out as expected.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
