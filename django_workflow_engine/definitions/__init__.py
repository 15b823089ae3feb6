"""Typed workflow content: approval configurations, trees, specs and fingerprints. No database here."""
