"""`python -m gql_workflows.server`: migrate, fill the demo, say where it is, serve."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from io import StringIO

import django
import uvicorn
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from gql_workflows import conf
from gql_workflows.server import demo, welcome
from gql_workflows.server.environment import number, text

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # where a browser on this machine finds it
_IN_ONE_PROCESS = "channels.layers.InMemoryChannelLayer"


def main() -> None:
    """Serve until interrupted."""
    options = _options()
    _set_up(with_demo=options.demo)
    _refuse_taken_address(options.host, options.port)
    processes = _processes()
    _prepare(with_demo=options.demo)
    url = f"http://{_EVERYWHERE.get(options.host, options.host)}:{options.port}/graphql/"
    print(welcome.words(url=url, is_demo=options.demo), flush=True)
    module, _dot, name = settings.ASGI_APPLICATION.rpartition(".")
    uvicorn.run(
        f"{module}:{name}",
        host=options.host,
        port=options.port,
        workers=processes,
        forwarded_allow_ips=text("FORWARDED_ALLOW_IPS", default="127.0.0.1"),
        lifespan="off",
        log_level="warning",
        ws_max_size=conf.subscriptions().max_message_bytes,
        timeout_graceful_shutdown=3,  # for requests; streams are ended at once
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gql_workflows.server")
    parser.add_argument("--host", default=text("HOST", default="127.0.0.1"), help="the address to listen at (HOST)")
    parser.add_argument("--port", type=int, default=number("PORT", default=8000, lowest=1, highest=65_535), help="PORT")
    parser.add_argument("--demo", action="store_true", help="with the demo's app and data: its passwords are public")
    return parser.parse_args()


def _set_up(*, with_demo: bool) -> None:
    """Have Django read its settings: those that the environment names, or the server's own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gql_workflows.server.settings")
    if with_demo:
        demo.require_demo()
        os.environ["DEMO"] = "true"  # for the settings, in this process and in those that it starts
    django.setup()
    if with_demo and not apps.is_installed(demo.APP):
        sys.exit(f"--demo needs {demo.APP!r} in the INSTALLED_APPS of {settings.SETTINGS_MODULE}.")


def _refuse_taken_address(host: str, port: int) -> None:
    try:
        family, kind, *_rest, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        sys.exit(f"Port {port} on {host} cannot be used ({reason}); choose others with PORT and HOST.")


def _prepare(*, with_demo: bool) -> None:
    """Refuse settings that cannot work, and bring the database up to date."""
    try:
        call_command("check", stdout=StringIO())  # what it warns of goes to stderr
        call_command("migrate", verbosity=0, interactive=False)
    except CommandError as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database cannot be used: {' '.join(str(error).split())}")
    if with_demo:
        print("Demo users (name, password, groups):")
        call_command("seed_demo")


def _processes() -> int:
    """How many processes serve; what happens in one of them the others hear of through Redis alone."""
    count = number("WEB_CONCURRENCY", default=1, lowest=1, highest=1_000)
    if count > 1 and settings.CHANNEL_LAYERS["default"]["BACKEND"] == _IN_ONE_PROCESS:
        sys.exit(f"WEB_CONCURRENCY is {count}, and several processes need a Redis: set REDIS_URL.")
    return count


if __name__ == "__main__":
    main()
