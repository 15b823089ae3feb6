"""The HTTP side: what a request may be, and how it is answered."""
