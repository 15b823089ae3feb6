"""The exported schema, and what a release may not take from clients."""
