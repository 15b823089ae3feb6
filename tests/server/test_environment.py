"""What the environment says becomes settings; what it cannot say is refused in one line, before anything is done."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from tests.server.place import SETTINGS, python
from tests.server.variables import VARIABLES


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder for the data, and an environment that says nothing else."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


def settings_of(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, Any]:
    """The settings as they are with these variables."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return runpy.run_module(SETTINGS)


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, {"DEBUG": False, "DEMO": False, "SECURE_PROXY_SSL_HEADER": None, "SECURE_SSL_REDIRECT": False}),
        ({"DEBUG": "yes"}, {"DEBUG": True}),
        ({"DEBUG": "0", "SECURE_HSTS_SECONDS": ""}, {"DEBUG": False, "SECURE_HSTS_SECONDS": 0}),
        ({"ALLOWED_HOSTS": "example.com, .example.org,[::1],*"}, {
            "ALLOWED_HOSTS": ["example.com", ".example.org", "[::1]", "*"]
        }),
        ({"CSRF_TRUSTED_ORIGINS": "https://*.example.com,http://a.b:80"}, {
            "CSRF_TRUSTED_ORIGINS": ["https://*.example.com", "http://a.b:80"]
        }),
        ({"SECURE_PROXY_SSL_HEADER": "true"}, {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}),
        ({"SECURE_PROXY_SSL_HEADER": "X-Scheme=on"}, {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_SCHEME", "on")}),
        ({"SECURE_PROXY_SSL_HEADER": "false"}, {"SECURE_PROXY_SSL_HEADER": None}),
        ({"SECURE_HSTS_SECONDS": "3600"}, {"SECURE_HSTS_SECONDS": 3600}),
        ({"CSRF_COOKIE_SECURE": "on", "SESSION_COOKIE_SECURE": "1"}, {
            "CSRF_COOKIE_SECURE": True,
            "SESSION_COOKIE_SECURE": True,
        }),
        ({"STATIC_ROOT": "/srv/static"}, {"STATIC_ROOT": Path("/srv/static")}),
        ({"ADMINS": "Ann A. <ann@example.com>, bob@example.com"}, {
            "ADMINS": [("Ann A.", "ann@example.com"), ("", "bob@example.com")]
        }),
        ({"DEFAULT_FROM_EMAIL": "a@b.c"}, {"DEFAULT_FROM_EMAIL": "a@b.c", "SERVER_EMAIL": "a@b.c"}),
        ({"EMAIL_URL": "smtp+tls://me:p%40ss@mail.example.com"}, {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "mail.example.com",
            "EMAIL_PORT": 587,
            "EMAIL_HOST_USER": "me",
            "EMAIL_HOST_PASSWORD": "p@ss",
            "EMAIL_USE_TLS": True,
            "EMAIL_USE_SSL": False,
        }),
        ({"EMAIL_URL": "consolemail://"}, {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
        ({"TIME_ZONE": "Asia/Riyadh", "LANGUAGE_CODE": "AR"}, {"TIME_ZONE": "Asia/Riyadh", "LANGUAGE_CODE": "ar"}),
        ({"ROLE_MODEL": "shop.Role", "FORM_MODEL": "shop.Form"}, {
            "APPROVAL_ROLE_MODEL": "shop.Role",
            "APPROVAL_DYNAMIC_FORM_MODEL": "shop.Form",
        }),
        ({"DEPARTMENT_MODEL": "shop.Place", "ENABLED_MODELS": "shop.Order,shop.Offer"}, {
            "DJANGO_WORKFLOW_ENGINE": {
                "DEPARTMENT_MODEL": "shop.Place",
                "ENABLED_MODELS": ["shop.Order", "shop.Offer"],
            }
        }),
    ],
)  # fmt: skip
def test_a_variable_becomes_the_setting(
    data: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], wanted: dict[str, Any]
) -> None:
    settings = settings_of(monkeypatch, **variables)
    assert {name: settings[name] for name in wanted} == wanted


def test_everything_is_kept_in_the_folder_of_the_data(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(monkeypatch, CELERY_BROKER_URL="amqp://guest:guest@127.0.0.1:5672//")
    assert settings["DATABASES"]["default"]["NAME"] == str(data / "db.sqlite3")
    assert settings["STATIC_ROOT"] == data / "static"
    assert settings["CELERY_BEAT_SCHEDULE_FILENAME"] == str(data / "celerybeat-schedule")
    assert settings["SECRET_KEY"] == (data / "secret-key").read_text()


def test_the_demo_gives_what_the_environment_leaves_open(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = settings_of(monkeypatch)
    assert [app for app in plain["INSTALLED_APPS"] if "demo" in app] == []
    assert "demo" not in str([plain["GQL_WORKFLOWS"], plain["DJANGO_WORKFLOW_ENGINE"]])
    assert plain["APPROVAL_DYNAMIC_FORM_MODEL"] is None
    shown = settings_of(monkeypatch, DEMO="true", ENABLED_MODELS="auth.Group", EXTRA_APPS="django.contrib.sites")
    assert shown["INSTALLED_APPS"] == [*plain["INSTALLED_APPS"], "gql_workflows.demo", "django.contrib.sites"]
    assert shown["DJANGO_WORKFLOW_ENGINE"] == {"DEPARTMENT_MODEL": "demo.Department", "ENABLED_MODELS": ["auth.Group"]}
    assert shown["GQL_WORKFLOWS"]["ACCESS_POLICY"] == "gql_workflows.demo.access.DemoAccessPolicy"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("DEBUG", "ture", "true or false"),
        ("ALLOWED_HOSTS", "https://example.com", "without https://"),
        ("ALLOWED_HOSTS", "example.com:8000", "and ports"),
        ("CORS_ALLOWED_ORIGINS", "example.com", "https://example.com"),
        ("CSRF_TRUSTED_ORIGINS", "https://example.com/admin", "without a path"),
        ("SECURE_PROXY_SSL_HEADER", "X-Forwarded-Proto", "true for X-Forwarded-Proto=https"),
        ("SECURE_HSTS_SECONDS", "a year", "a whole number from 0"),
        ("SECURE_HSTS_SECONDS", "-1", "a whole number from 0"),
        ("DATABASE_URL", "s3cret@db", "postgres://user:password@host:5432/name"),
        ("DATABASE_URL", "postgres://u:s3cret@host:port/name", "postgres://user:password@host:5432/name"),
        ("DATABASE_URL", "ldap://s3cret", "postgres://user:password@host:5432/name"),
        ("REDIS_URL", "http://s3cret", "redis://host:6379/0"),
        ("CELERY_BROKER_URL", "rabbit:s3cret", "amqp://"),
        ("EMAIL_URL", "s3cret@example.com", "smtp+tls://"),
        ("EMAIL_URL", "smtp://", "smtp+tls://"),
        ("ADMINS", "ann", "Ann <ann@example.com>"),
        ("TIME_ZONE", "Mars/North", "Europe/Berlin"),
        ("TIME_ZONE", "/etc/passwd", "Europe/Berlin"),
        ("LANGUAGE_CODE", "de", "en, ar"),
        ("LOG_LEVEL", "loud", "DEBUG, INFO"),
        ("EXTRA_APPS", "shopp", "apps that can be imported"),
        ("EXTRA_APPS", "django.contrib.sitess", "apps that can be imported"),
        ("ENABLED_MODELS", "Order", "app.Model"),
        ("ROLE_MODEL", "a.b.C", "app.Model"),
        ("ACCESS_POLICY", "Policy", "dotted path"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(
    data: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    with pytest.raises(SystemExit) as refused:
        settings_of(monkeypatch, **{name: value})
    said = str(refused.value)
    assert said.startswith(f"The environment variable {name} cannot be used: write ")
    assert allowed in said
    assert "\n" not in said
    assert "s3cret" not in said  # of addresses the password stays unsaid


COMMANDS = {
    "the server": ["-m", "gql_workflows.server"],
    "manage.py": ["-m", "django", "check"],
    "an ASGI server": ["-m", "uvicorn", "gql_workflows.server.asgi:application", "--lifespan=off"],
    "celery": ["-m", "celery", "-A", "gql_workflows.server.celery", "worker"],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_way_to_start_it_says_that_one_line(tmp_path: Path, command: list[str]) -> None:
    done = python(*command, folder=tmp_path, DJANGO_SETTINGS_MODULE=SETTINGS, DEBUG="ture")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The environment variable DEBUG cannot be used: write true or false.\n"
    assert list(tmp_path.iterdir()) == []
