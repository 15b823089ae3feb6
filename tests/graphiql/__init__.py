"""GraphiQL's page as it is answered over HTTP; what it does in a browser is in tests/browser."""
