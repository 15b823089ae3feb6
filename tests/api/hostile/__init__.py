"""Hostile input: whatever a client sends is answered in JSON, with a code of the API, and without a word of Python."""
