"""What the server's variables may hold: each function gives the value of a text, or raises ValueError."""

from __future__ import annotations

import re
from email.utils import getaddresses
from importlib.machinery import PathFinder
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

_HOST: Final = re.compile(r"\*|\.?[\w.-]+|\[[0-9a-fA-F:.]+\]")
_LABEL: Final = re.compile(r"[^\W\d]\w*\.[^\W\d]\w*")
_PATH: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")
_HEADER: Final = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9-]*)=(?P<value>[\w-]+)")
_FORWARDED: Final = ("HTTP_X_FORWARDED_PROTO", "https")
_NO_HEADER: Final = ("false", "no", "off", "0")
_MAIL_PORTS: Final = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465, "consolemail": 0}
_REDIS: Final = ("redis", "rediss", "unix")


def host(written: str) -> str:
    """A host name as ALLOWED_HOSTS takes it, without scheme, port and path."""
    return _matching(_HOST, written)


def origin(written: str) -> str:
    """A scheme with a host and perhaps a port, as browsers send it; `*.` stands for subdomains."""
    parts = urlsplit(written)
    if parts.scheme not in ("http", "https") or not parts.hostname or written != f"{parts.scheme}://{parts.netloc}":
        raise ValueError(written)
    _ = parts.port  # a wrong one raises
    return written


def model_label(written: str) -> str:
    """`app.Model`; whether there is such a model the system checks tell."""
    return _matching(_LABEL, written)


def dotted_path(written: str) -> str:
    """`package.module.name`; whether it is there the system checks tell."""
    return _matching(_PATH, written)


def app(written: str) -> str:
    """The module of an app that can be found, or the path of its configuration, as INSTALLED_APPS takes them.

    Nothing is imported: an app may want the settings, which are being made.
    """
    first, *others = written.split(".")
    spec = find_spec(first) if first.isidentifier() else None
    for number, part in enumerate(others):
        if spec is None:
            break
        inner = PathFinder.find_spec(f"{spec.name}.{part}", spec.submodule_search_locations)
        is_class = inner is None and number == len(others) - 1 and not spec.submodule_search_locations
        spec = spec if is_class else inner
    if spec is None:
        raise ValueError(written)
    return written


def time_zone(written: str) -> str:
    """A name of the time zone database."""
    try:
        return ZoneInfo(written).key
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(written) from error


def proxy_header(written: str) -> tuple[str, str] | None:
    """The header, and its value, by which a proxy says that it was asked over HTTPS; as Django's setting has it."""
    if written.lower() in _NO_HEADER:
        return None
    if written.lower() == "true":
        return _FORWARDED
    found = _HEADER.fullmatch(written)
    if found is None:
        raise ValueError(written)
    return f"HTTP_{found['name'].upper().replace('-', '_')}", found["value"]


def people(written: str) -> list[tuple[str, str]]:
    """Names with mail addresses: `Ann <ann@example.com>, bob@example.com`."""
    found = getaddresses([written])
    if not all("@" in address for _name, address in found):
        raise ValueError(written)
    return found


def database(written: str) -> dict[str, Any]:
    """An entry of DATABASES from an address; of the databases that Django itself speaks with."""
    engine = environ.Env.DB_SCHEMES.get(urlsplit(written).scheme, "")
    if not engine.startswith("django.db."):
        raise ValueError(written)
    return dict(environ.Env.db_url_config(written))


def mail(written: str) -> dict[str, Any]:
    """The settings of Django's mails from an address, with the port that is usual where it has none."""
    scheme = urlsplit(written).scheme
    try:
        found = environ.Env.email_url_config(written)
    except ImproperlyConfigured as error:
        raise ValueError(written) from error
    if scheme not in _MAIL_PORTS or (scheme.startswith("smtp") and not found["EMAIL_HOST"]):
        raise ValueError(written)
    return {**found, "EMAIL_PORT": found["EMAIL_PORT"] or _MAIL_PORTS[scheme]}


def redis_address(written: str) -> str:
    """The address of a Redis."""
    return _address(written, _REDIS)


def broker_address(written: str) -> str:
    """The address of a broker that Celery knows."""
    return _address(written, (*_REDIS, "amqp", "amqps", "pyamqp", "sqs", "memory", "filesystem", "sentinel"))


def _address(written: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(written)
    _ = parts.port  # a wrong one raises
    if parts.scheme not in schemes:
        raise ValueError(written)
    return written


def _matching(pattern: re.Pattern[str], written: str) -> str:
    if not pattern.fullmatch(written):
        raise ValueError(written)
    return written
