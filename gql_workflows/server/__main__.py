"""`python -m gql_workflows.server`: migrate, fill the demo, say where it is, serve."""

from __future__ import annotations

import argparse
import os
import socket
import sys

import django
import uvicorn
from django.conf import settings
from django.core.management import call_command

from gql_workflows import conf

WELCOME = """
GraphQL API:  {url}
A first query to paste: a helper that sends a GraphQL document, then a login as erin and the list of workflows.

  gql() {{ python3 -c 'import json,sys; print(json.dumps({{"query": sys.argv[1]}}))' "$1" |
    curl -s -c /tmp/gql-cookies -b /tmp/gql-cookies {url} -H 'Content-Type: application/json' -d @-; echo; }}
  gql 'mutation {{ login(username: "erin", password: "erin-demo-1") {{ errors {{ message }} }} }}'
  gql '{{ workflows {{ edges {{ node {{ id nameEn pipelines {{ nameEn stages {{ nameEn }} }} }} }} }} }}'

Stop with Ctrl-C; the data stays in {data}.
"""


def main() -> None:
    """Serve on 127.0.0.1 until interrupted."""
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gql_workflows.server.settings")
    django.setup()
    _refuse_taken_port(options.port)
    call_command("migrate", verbosity=0, interactive=False)
    if options.demo:
        print("Demo users (name, password, groups):")
        call_command("seed_demo")
    print(WELCOME.format(url=f"http://127.0.0.1:{options.port}/graphql/", data=_data_place()), flush=True)
    uvicorn.run(
        "gql_workflows.server.asgi:application",
        host="127.0.0.1",
        port=options.port,
        lifespan="off",
        log_level="warning",
        ws_max_size=conf.subscriptions().max_message_bytes,
        timeout_graceful_shutdown=5,  # an event stream would never end by itself
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gql_workflows.server")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--demo", action="store_true", help="fill the demo data: users whose passwords are public")
    return parser.parse_args()


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(f"Port {port} cannot be used ({error.strerror}); choose another: make run PORT=8001")


def _data_place() -> str:
    database = settings.DATABASES["default"]
    return str(database["NAME"])


if __name__ == "__main__":
    main()
