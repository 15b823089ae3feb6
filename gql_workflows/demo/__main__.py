"""`python -m gql_workflows.demo`: walk through purchase requests over HTTP, as the real users."""

from __future__ import annotations

import sys

from gql_workflows.demo.away import AwayWalk
from gql_workflows.demo.client import RequestFailed
from gql_workflows.demo.server import Running, demo_server
from gql_workflows.demo.sessions import Surprise, sessions_with
from gql_workflows.demo.walk import Walk


def main() -> int:
    """0 when everything came out as expected, 1 when anything differed."""
    with demo_server() as running:
        print(f"Server on {running.url}")
        try:
            walk(running)
        except (Surprise, RequestFailed) as error:
            print(f"DIFFERENT: {error}", file=sys.stderr)
            return 1
    print("The workflows completed; everything came out as expected.")
    return 0


def walk(running: Running) -> None:
    """Both parts, each with purchase requests of its own; raises Surprise and RequestFailed."""
    with sessions_with(running.url, running.seed) as sessions:
        Walk(sessions, print).run()
    with sessions_with(running.url, running.filled_again()) as sessions:
        AwayWalk(sessions, running.manage, print).run()


if __name__ == "__main__":
    sys.exit(main())
