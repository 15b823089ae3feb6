"""Settings of the test suite: the engine with only what its reference names, on SQLite or DATABASE_URL."""

import environ

env = environ.Env()

SECRET_KEY = "tests-only"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
ROOT_URLCONF = "tests.urls"
USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "Arabic")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "approval_workflow",
    "django_workflow_engine",
    "gql_workflows",
    "gql_workflows.demo",
    "oauth2_provider",
    "tests.testapp",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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

DATABASES = {"default": env.db_url("DATABASE_URL", default="sqlite://:memory:")}

APPROVAL_ROLE_MODEL = "auth.Group"
APPROVAL_HANDLERS = ["django_workflow_engine.handlers.WorkflowApprovalHandler"]
DJANGO_WORKFLOW_ENGINE = {
    "DEPARTMENT_MODEL": "demo.Department",
    "ENABLED_MODELS": [
        "testapp.Document",
        "testapp.UuidDocument",
        "testapp.Deal",
        "testapp.Invoice",
        "testapp.Voucher",
        "demo.PurchaseRequest",
    ],
}

GQL_WORKFLOWS = {"PLANS": env.bool("PLANS", default=True)}  # without them graphql-core resolves every field
