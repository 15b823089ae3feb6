"""Small projects that differ in one thing each, and one journey that every one of them makes.

A world is one file here: a settings module that says what differs, and how its rows are made. `test_worlds` builds each
as a project of its own and runs the journey inside of it, in a process of its own.
"""
