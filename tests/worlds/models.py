"""The models that the world declares: Django imports this module once, when it loads the app."""

from importlib import import_module

from django.conf import settings

import_module(settings.SETTINGS_MODULE).models()
