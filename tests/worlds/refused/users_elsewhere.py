"""Users are in another database than the workflows, whose rows refer to them."""

from tests.worlds import two_databases
from tests.worlds.two_databases import *  # noqa: F403

DATABASE_ROUTERS = ["tests.worlds.refused.users_elsewhere.Router"]
REFUSED_BY = "django_workflow_engine.E031"


class Router(two_databases.Router):
    def _is_there(self, app_label, model_name):
        return app_label == "auth"
