"""The journey is made inside of worlds alone: `test_worlds` starts it there."""

import os

collect_ignore = [] if "WORLD_NAME" in os.environ else ["journey"]
