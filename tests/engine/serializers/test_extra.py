"""The forms are an extra: nothing else of the project needs REST framework."""

from __future__ import annotations

import subprocess
import sys

from tests.test_architecture import importers_of

WITHOUT = """
import sys
sys.modules["rest_framework"] = None
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "approval_workflow", "django_workflow_engine"]
)
django.setup()
import django_workflow_engine.services
try:
    import django_workflow_engine.serializers
except ImportError:
    print("absent")
"""


def test_only_the_forms_import_rest_framework():
    importers = importers_of("rest_framework")
    assert importers
    assert all(path.startswith("django_workflow_engine/serializers/") for path in importers)


def test_the_engine_works_without_rest_framework():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout == "absent\n", done.stderr
