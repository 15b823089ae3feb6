"""Whole requests: our view, graphene-django's, and the least that Python could do, side by side in one run."""
