"""The page "Your front end": its project, built as Vite builds it, and each of its clients against a live server."""
