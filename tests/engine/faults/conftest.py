"""The admin is one of the doors."""

from tests.engine.admin.conftest import admin, administrator

__all__ = ["admin", "administrator"]
