"""Requests that ask for too much: what each costs the server beside a plain one, and that it is refused."""
