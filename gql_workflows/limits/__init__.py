"""Limits on what one document may ask for, judged before the document is validated or run.

Validation itself is dear for a document that was made to be: the rules compare fields with each other. So the sizes
are taken first, in one walk over the document that measures each fragment once, however often it is spread.
"""

from gql_workflows.limits.extension import Limits, refusal_of

__all__ = ["Limits", "refusal_of"]
