"""Settings of the ready-to-run server, all of them from the environment.

DEBUG, SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL, REDIS_URL, REDIS_PREFIX, CELERY_BROKER_URL, CORS_ALLOWED_ORIGINS,
TRUSTED_DOCUMENTS, DATA_DIR.
"""

from pathlib import Path

import environ

from gql_workflows.server.secret import stored_secret

env = environ.Env()

DATA_DIR = Path(env.str("DATA_DIR", default="var")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or stored_secret(DATA_DIR / "secret-key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_ALLOW_CREDENTIALS = True
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "corsheaders",
    "approval_workflow",
    "django_workflow_engine",
    "gql_workflows",
    "gql_workflows.demo",
]

MIDDLEWARE = [
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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

ROOT_URLCONF = "gql_workflows.server.urls"
ASGI_APPLICATION = "gql_workflows.server.asgi.application"

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
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
    REDIS_PREFIX = env.str("REDIS_PREFIX", default="workflow")
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": REDIS_PREFIX,
        }
    }
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [{"address": REDIS_URL, "socket_connect_timeout": 2}],
            "prefix": REDIS_PREFIX,
        },
    }

DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000  # a template of the largest size fits
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية")]
USE_TZ = True
TIME_ZONE = "UTC"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = env.bool("SESSION_COOKIE_SECURE", default=False)

APPROVAL_ROLE_MODEL = "auth.Group"
APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
APPROVAL_HANDLERS = ["django_workflow_engine.handlers.WorkflowApprovalHandler"]
DJANGO_WORKFLOW_ENGINE = {
    "DEPARTMENT_MODEL": "demo.Department",
    "ENABLED_MODELS": ["demo.PurchaseRequest", "demo.Opportunity", "demo.Ticket"],
}
if CELERY_BROKER_URL:  # workers run the actions: celery -A gql_workflows.server.celery worker --beat
    DJANGO_WORKFLOW_ENGINE["ACTION_RUNNER"] = "celery"
    CELERY_BEAT_SCHEDULE = {
        "workflow-run-actions": {"task": "django_workflow_engine.run_actions", "schedule": 60},
        "workflow-cleanup": {"task": "django_workflow_engine.cleanup", "schedule": 86_400, "kwargs": {"days": 365}},
        "workflow-forget-idempotency-keys": {"task": "gql_workflows.forget_idempotency_keys", "schedule": 3_600},
        "workflow-clear-sessions": {"task": "gql_workflows.clear_sessions", "schedule": 86_400},
    }
GQL_WORKFLOWS = {
    "ACCESS_POLICY": "gql_workflows.demo.access.DemoAccessPolicy",
    "GRAPHIQL": env.bool("GRAPHIQL", default=True),
    "GRAPHIQL_EXAMPLES": "gql_workflows.demo.examples.demo_examples",
    "TRUSTED_DOCUMENTS": env.str("TRUSTED_DOCUMENTS", default=""),  # a manifest; the server runs nothing else then
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
