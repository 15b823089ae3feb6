"""Approval workflows for the rows of any Django model."""
