"""Calls at the same moment, on every database server and at every isolation level that a project may have chosen."""
