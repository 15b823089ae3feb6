"""Approvals as rows of a form: read from the stored JSON, and written back to it with nothing lost."""
