"""GraphQL documents: which are run, and what is kept of them."""
