"""Settings of the ready-to-run server, all of them from the environment; docs/deploying.md tells every variable.

A project of one's own may begin with `from gql_workflows.server.settings import *`.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.backends.signals import connection_created

from gql_workflows.server import demo, values
from gql_workflows.server.environment import number, one_of, parsed, several, switch, text
from gql_workflows.server.patience import expect_signs_of_life
from gql_workflows.server.secret import stored_secret

DATA_DIR = Path(text("DATA_DIR", default="var")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = switch("DEBUG", default=False)
DEMO = switch("DEMO", default=False)  # the demo's app, and its names for what the environment leaves open
if DEMO:
    demo.require_demo()
SECRET_KEY = text("SECRET_KEY") or stored_secret(DATA_DIR / "secret-key")
ALLOWED_HOSTS = several(
    "ALLOWED_HOSTS",
    default=["127.0.0.1", "localhost", "[::1]"],
    each=values.host,
    allowed="host names between commas, without https:// and ports",
)
origins = "origins such as https://example.com between commas, without a path"
CORS_ALLOWED_ORIGINS = several("CORS_ALLOWED_ORIGINS", default=[], each=values.origin, allowed=origins)
CORS_ALLOW_CREDENTIALS = True
CSRF_TRUSTED_ORIGINS = several("CSRF_TRUSTED_ORIGINS", default=[], each=values.origin, allowed=origins)
REDIS_URL = parsed("REDIS_URL", default="", parse=values.redis_address, allowed="redis://host:6379/0 or rediss://…")
CELERY_BROKER_URL = parsed(
    "CELERY_BROKER_URL",
    default="",
    parse=values.broker_address,
    allowed="amqp://user:password@host:5672// or redis://…",
)

EXTRA_APPS = several("EXTRA_APPS", default=[], each=values.app, allowed="apps that can be imported, between commas")
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "corsheaders",
    "approval_workflow",
    "django_workflow_engine",
    "gql_workflows",
    *([demo.APP] if DEMO else []),
    *EXTRA_APPS,
]

MIDDLEWARE = [
    "gql_workflows.server.health.Probes",  # first: probes name this server by whatever address, and over plain HTTP
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",  # the API's view is exempt: it takes no forms
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "gql_workflows.server.threads.InOneThread",  # last: all above it run in one thread
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "static/"
STATIC_ROOT = Path(text("STATIC_ROOT", default=str(DATA_DIR / "static"))).resolve()  # of `collectstatic`

ROOT_URLCONF = "gql_workflows.server.urls"
ASGI_APPLICATION = "gql_workflows.server.asgi.application"

DATABASES: dict[str, dict[str, Any]] = {
    "default": parsed(
        "DATABASE_URL",
        default={"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_DIR / "db.sqlite3")},
        parse=values.database,
        allowed="postgres://user:password@host:5432/name, mysql://… or sqlite:///path",
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    OPTIONS = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    OPTIONS = {"pool": {"min_size": 1, "max_size": 10, "timeout": 10}}
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool keeps the connections
else:
    OPTIONS = {}
DATABASES["default"]["OPTIONS"] = OPTIONS | DATABASES["default"].get("OPTIONS", {})  # the address has the last word

CHANNEL_LAYERS: dict[str, dict[str, object]] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if REDIS_URL:
    # One Redis may serve several servers: the prefix keeps them apart, in the channels too, which know no databases.
    REDIS_PREFIX = text("REDIS_PREFIX", default="workflow")
    CACHES: dict[str, dict[str, object]] = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": REDIS_PREFIX,
        }
    }
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [
                # what is written now and then finds a connection that is gone
                {"address": REDIS_URL, "socket_connect_timeout": 2, "socket_timeout": 5, "health_check_interval": 10}
            ],
            "prefix": REDIS_PREFIX,
        },
    }

DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000  # a template of the largest size fits
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGES = [("en", "English"), ("ar", "العربية")]
LANGUAGE_CODE = one_of("LANGUAGE_CODE", default="en", choices=[code for code, _name in LANGUAGES])
USE_TZ = True
TIME_ZONE = parsed("TIME_ZONE", default="UTC", parse=values.time_zone, allowed="a time zone such as Europe/Berlin")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = switch("SESSION_COOKIE_SECURE", default=False)
CSRF_COOKIE_SECURE = switch("CSRF_COOKIE_SECURE", default=False)
SECURE_PROXY_SSL_HEADER = parsed(
    "SECURE_PROXY_SSL_HEADER",
    default=None,
    parse=values.proxy_header,
    allowed="true for X-Forwarded-Proto=https, or another header in this form",
)
SECURE_SSL_REDIRECT = switch("SECURE_SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = number("SECURE_HSTS_SECONDS", default=0, lowest=0, highest=100_000_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = switch("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = switch("SECURE_HSTS_PRELOAD", default=False)

addresses = "mail addresses between commas, such as Ann <ann@example.com>"
ADMINS: list[tuple[str, str]] = parsed("ADMINS", default=[], parse=values.people, allowed=addresses)
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", default="webmaster@localhost")
SERVER_EMAIL = text("SERVER_EMAIL") or DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10  # seconds that an action or a log line waits for the mail server
mail = parsed(
    "EMAIL_URL",
    default=values.mail("smtp://localhost:25"),
    parse=values.mail,
    allowed="smtp+tls://user:password@host:587, smtp+ssl://…, smtp://… or consolemail://",
)
EMAIL_BACKEND = mail["EMAIL_BACKEND"]
EMAIL_HOST = mail["EMAIL_HOST"]
EMAIL_PORT = mail["EMAIL_PORT"]
EMAIL_HOST_USER = mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = mail.get("EMAIL_USE_SSL", False)

APPROVAL_ROLE_MODEL = parsed("ROLE_MODEL", default="auth.Group", parse=values.model_label, allowed="app.Model")
APPROVAL_DYNAMIC_FORM_MODEL = parsed(
    "FORM_MODEL", default=demo.FORM_MODEL if DEMO else None, parse=values.model_label, allowed="app.Model"
)
APPROVAL_HANDLERS = ["django_workflow_engine.handlers.WorkflowApprovalHandler"]
DJANGO_WORKFLOW_ENGINE = {
    "DEPARTMENT_MODEL": parsed(
        "DEPARTMENT_MODEL",
        default=demo.DEPARTMENT_MODEL if DEMO else None,
        parse=values.model_label,
        allowed="app.Model",
    ),
    "ENABLED_MODELS": several(
        "ENABLED_MODELS",
        default=demo.ENABLED_MODELS if DEMO else [],
        each=values.model_label,
        allowed="app.Model between commas",
    ),
}
if CELERY_BROKER_URL:  # workers run the actions: celery -A gql_workflows.server.celery worker --beat
    DJANGO_WORKFLOW_ENGINE["ACTION_RUNNER"] = "celery"
    CELERY_TASK_DEFAULT_QUEUE = text("CELERY_TASK_DEFAULT_QUEUE", default="celery")
    CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
    CELERY_BEAT_SCHEDULE = {
        "workflow-run-actions": {"task": "django_workflow_engine.run_actions", "schedule": 60},
        "workflow-run-timers": {"task": "django_workflow_engine.run_timers", "schedule": 60},
        "workflow-cleanup": {"task": "django_workflow_engine.cleanup", "schedule": 86_400, "kwargs": {"days": 365}},
        "workflow-forget-idempotency-keys": {"task": "gql_workflows.forget_idempotency_keys", "schedule": 3_600},
        "workflow-clear-sessions": {"task": "gql_workflows.clear_sessions", "schedule": 86_400},
    }
GQL_WORKFLOWS = {
    "ACCESS_POLICY": parsed(
        "ACCESS_POLICY",
        default=demo.ACCESS_POLICY if DEMO else "gql_workflows.permissions.AccessPolicy",
        parse=values.dotted_path,
        allowed="the dotted path of a class, such as shop.access.Policy",
    ),
    "GRAPHIQL": switch("GRAPHIQL", default=True),
    "TRUSTED_DOCUMENTS": text("TRUSTED_DOCUMENTS"),  # a manifest; the server runs nothing else then
}
if DEMO:
    GQL_WORKFLOWS["GRAPHIQL_EXAMPLES"] = demo.GRAPHIQL_EXAMPLES

LOG_LEVEL = one_of("LOG_LEVEL", default="WARNING", choices=["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"one line": {"()": "gql_workflows.server.logs.OneLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"channels_redis.pubsub": {"filters": ["one line"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}

# A database or a Redis that is away is told within seconds, and taken up again when it is back.
DATABASE = DATABASES["default"]
if DATABASE["ENGINE"].endswith("postgresql"):
    DATABASE["CONN_HEALTH_CHECKS"] = True  # else the pool would hand out what the server has ended
    PATIENCE = {"connect_timeout": 3, "tcp_user_timeout": 5000, "keepalives_idle": 10, "keepalives_interval": 5}
    DATABASE["OPTIONS"] = PATIENCE | DATABASE["OPTIONS"]
    if isinstance(DATABASE["OPTIONS"].get("pool"), dict):
        # without an end to its attempts the pool would wait longer and longer, and miss that the server is back
        DATABASE["OPTIONS"]["pool"] |= {"timeout": 5, "reconnect_timeout": 5}
elif DATABASE["ENGINE"].endswith("mysql"):
    DATABASE["CONN_HEALTH_CHECKS"] = True
    DATABASE["OPTIONS"] = {"connect_timeout": 3} | DATABASE["OPTIONS"]
    connection_created.connect(expect_signs_of_life)
    if not EXTRA_APPS:  # whose constraints with conditions may be such that nothing else stands for them
        SILENCED_SYSTEM_CHECKS = ["models.W036"]  # see the databases in docs/engine/operations.md
if REDIS_URL:
    CACHES["default"] |= {"OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2}}

# Log-ins are slowed down by name and address together: nobody can lock somebody else out from elsewhere. What was tried
# is in the database, which all processes share. The API answers for itself; the middleware is the admin's.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = number("LOGIN_ATTEMPTS", default=5, lowest=1, highest=1_000)
AXES_COOLOFF_TIME = timedelta(seconds=number("LOGIN_WAIT_SECONDS", default=900, lowest=1, highest=86_400))
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # a row for each log-in, which nobody reads
AXES_SENSITIVE_PARAMETERS: list[str] = []  # the log says who and from where; the password never stands in it
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else whoever goes on trying would never be let in again
AXES_LOCKOUT_CALLABLE = "gql_workflows.server.locked_out.page"
