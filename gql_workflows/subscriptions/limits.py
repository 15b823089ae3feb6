"""The limits of subscriptions, judged at start-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

from gql_workflows import conf

POOL_SIZE: Final = 4  # psycopg's own


@register()
def check_limits(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every limit is a number above 0, and what counts something a whole one."""
    try:
        limits = vars(conf.subscriptions())
    except (TypeError, AttributeError) as error:
        names = ", ".join(field.name.upper() for field in fields(conf.Subscriptions))
        message = f"GQL_WORKFLOWS['SUBSCRIPTIONS'] cannot be used: {error}"
        return [Error(message, hint=f"It is a dict of some of: {names}.", id="gql_workflows.E010")]
    return [*_wrong_numbers(limits), *_too_many_threads(limits["threads"])]


def _wrong_numbers(limits: Mapping[str, Any]) -> Iterator[CheckMessage]:
    for name, value in limits.items():
        option = f"GQL_WORKFLOWS['SUBSCRIPTIONS']['{name.upper()}']"
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            hint = "Write a number above 0, or leave it out."
            yield Error(f"{option} is no number above 0.", hint=hint, id="gql_workflows.E011")
        elif not name.endswith("_seconds") and not isinstance(value, int):
            yield Error(f"{option} is no whole number.", hint="It counts something.", id="gql_workflows.E013")


def _too_many_threads(threads: Any) -> Iterator[CheckMessage]:
    """Streams that hold every connection of the pool leave none for requests."""
    pool = settings.DATABASES.get("default", {}).get("OPTIONS", {}).get("pool")
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
            found.append(Error(f"GQL_WORKFLOWS['AUTHENTICATION']: {error}", id="gql_workflows.E012"))
    return found
