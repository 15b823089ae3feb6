"""The GraphQL API over the workflow engine."""
