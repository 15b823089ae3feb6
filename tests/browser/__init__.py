"""GraphiQL in a real Chromium, over the server that `make run` starts."""
