"""Where `with_body_limit` was before it moved to `gql_workflows.http.bodies`; until 0.2."""

import warnings

from gql_workflows.http.bodies import with_body_limit

__all__ = ["with_body_limit"]

warnings.warn("Import with_body_limit from gql_workflows.http.bodies.", DeprecationWarning, stacklevel=2)
