"""A running server over a database of its own, and people who are signed in at it."""
