"""The limits of subscriptions, judged at start-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

from django_workflow_engine.shapes import is_positive
from django_workflow_engine.transactions import alias
from gql_workflows import conf

POOL_SIZE: Final = 4  # psycopg's own


@register()
def check_limits(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every limit is a number above 0, and what counts something a whole one."""
    written = conf.given().get("SUBSCRIPTIONS", {}) if isinstance(conf.given(), Mapping) else {}
    names = [field.name.upper() for field in fields(conf.Subscriptions)]
    hint = f"It is a dict of numbers above 0 under some of: {', '.join(names)}."
    unknown = [name for name in written if name not in names] if isinstance(written, Mapping) else [written]
    if unknown:
        message = f"GQL_WORKFLOWS['SUBSCRIPTIONS'] cannot be used: {unknown[0]!r}"
        return [Error(message, hint=hint, id="gql_workflows.E010")]
    return [*_wrong_numbers(written, hint), *_too_many_threads(conf.subscriptions().threads)]


def _wrong_numbers(written: Mapping[str, Any], hint: str) -> Iterator[CheckMessage]:
    for name, value in written.items():
        option = f"GQL_WORKFLOWS['SUBSCRIPTIONS']['{name}']"
        if not is_positive(value):
            yield Error(f"{option} is no number above 0.", hint=hint, id="gql_workflows.E011")
        elif not conf.is_subscription_limit(name, value):
            yield Error(f"{option} is no whole number.", hint="It counts something.", id="gql_workflows.E013")


def _too_many_threads(threads: Any) -> Iterator[CheckMessage]:
    """Streams that hold every connection of the pool leave none for requests."""
    pool = settings.DATABASES[alias()].get("OPTIONS", {}).get("pool")
    size = pool.get("max_size") or pool.get("min_size", POOL_SIZE) if isinstance(pool, dict) else POOL_SIZE
    if pool and isinstance(threads, int) and isinstance(size, int) and threads >= size:
        message = (
            f"GQL_WORKFLOWS['SUBSCRIPTIONS']['THREADS'] is {threads}, and the database's pool has {size} connections."
        )
        hint = "Write a smaller number, so that streams leave connections for requests."
        yield Warning(message, hint=hint, id="gql_workflows.W014")


@register()
def check_authentication(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every function of AUTHENTICATION can be imported."""
    found: list[CheckMessage] = []
    for path in conf.authentication():
        try:
            import_string(path)
        except ImportError as error:
            hint = "Write dotted paths of functions that take a request and give a user or None."
            found.append(Error(f"GQL_WORKFLOWS['AUTHENTICATION']: {error}", hint=hint, id="gql_workflows.E012"))
    return found
