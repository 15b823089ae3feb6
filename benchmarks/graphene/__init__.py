"""The same questions answered by graphene-django with hand-written prefetch, in an environment of its own."""
