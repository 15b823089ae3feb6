"""The settings of the other project."""

SECRET_KEY = "elsewhere"
ALLOWED_HOSTS = ["testserver"]
AUTH_USER_MODEL = "people.Person"
APPROVAL_ROLE_MODEL = "people.Role"
ROOT_URLCONF = "tests.engine.admin.elsewhere.urls"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
LANGUAGE_CODE = "de"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
STATIC_URL = "static/"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "approval_workflow",
    "django_workflow_engine",
    "tests.engine.admin.elsewhere.people",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
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
