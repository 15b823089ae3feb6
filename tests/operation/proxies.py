"""The reverse proxies of docs/deploying.md, started with the configuration that stands there."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.operation.server import PATIENCE
from tests.redis.servers import ROOT, _free_port

NAME = "workflows.example.com"
ORIGIN = f"https://{NAME}"
NGINX = """
user root root;  # whoever runs the tests, whose files the server's static files are
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/proxy.log;
events {{ }}
http {{
  include /etc/nginx/mime.types;
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {documented}
}}
"""
CADDY = """
{{
  admin off
  grace_period 1s
  default_bind 127.0.0.1
  local_certs
  skip_install_trust
  auto_https disable_redirects
  https_port {port}
  storage file_system {folder}/caddy
}}
{documented}
"""


def missing(program: str) -> str | None:
    """Why this proxy cannot be tried; None where it can."""
    needed = {"nginx": ("nginx", "openssl"), "caddy": ("caddy",)}[program]
    absent = [name for name in needed if shutil.which(name, path=_PATH) is None]
    return f"needs {' and '.join(absent)}" if absent else None


_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/bin"


def documented(program: str) -> str:
    """The block of the page on deploying."""
    found = re.findall(rf"```{program}\n(.*?)```", (ROOT / "docs/deploying.md").read_text(), re.DOTALL)
    (block,) = found
    return block


def _replaced(block: str, words: Mapping[str, str]) -> str:
    """The block with other words for those that are of the example, each of which has to be there."""
    for old, new in words.items():
        assert old in block, old
        block = block.replace(old, new)
    return block


class Proxy:
    """One running proxy before a server, and the folder of its files."""

    def __init__(self, program: str, folder: Path, *, server: int, static: Path) -> None:
        self.port, self._folder, self.is_nginx = _free_port(), folder, program == "nginx"
        words: dict[str, str] = {"127.0.0.1:8000": f"127.0.0.1:{server}"}
        if program == "nginx":
            words |= {
                "listen 80;": f"listen 127.0.0.1:{_free_port()};",
                "listen 443 ": f"listen 127.0.0.1:{self.port} ",
                "/etc/ssl/": f"{folder}/",
                "/srv/workflows/data/static/": f"{static}/",
            }
            _certify(folder)
        template = NGINX if program == "nginx" else CADDY
        text = template.format(folder=folder, port=self.port, documented=_replaced(documented(program), words))
        (folder / "configuration").write_text(text)
        command = {
            "nginx": ["nginx", "-p", str(folder), "-c", str(folder / "configuration")],
            "caddy": ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "configuration")],
        }[program]
        with (folder / "said").open("w") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env={"PATH": _PATH, "HOME": str(folder)})
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        with self.client() as http:
            while time.monotonic() < deadline and self._process.poll() is None:
                with suppress(httpx.TransportError):
                    if http.get("/healthz").status_code == 200:
                        return
                time.sleep(0.1)
        self.stop()
        raise AssertionError((self._folder / "said").read_text())

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)

    def client(self, source: str = "127.0.0.1") -> httpx.Client:
        """A browser at this address of the machine, which has the proxy by its public name."""

        def by_name(request: httpx.Request) -> None:
            request.extensions["sni_hostname"] = NAME

        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.port}",
            headers={"Host": NAME},
            transport=httpx.HTTPTransport(verify=_trusting(), local_address=source),
            event_hooks={"request": [by_name]},
            timeout=PATIENCE,
        )

    @contextmanager
    def websocket(self, cookie: str) -> Iterator[ClientConnection]:
        """A browser's websocket, of a page of this site."""
        options: dict[str, Any] = {"subprotocols": ["graphql-transport-ws"], "origin": ORIGIN}
        place = socket.create_connection(("127.0.0.1", self.port))
        with connect(
            f"wss://{NAME}/graphql/", sock=place, ssl=_trusting(), additional_headers={"Cookie": cookie}, **options
        ) as opened:
            yield opened


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _certify(folder: Path) -> None:
    key, certificate = str(folder / "workflows.key"), str(folder / "workflows.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
