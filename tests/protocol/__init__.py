"""The GraphQL-over-HTTP specification, asked of a running server by its own audit."""
