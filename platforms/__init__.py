"""Tries the packages on the interpreters of the machine and on every release of Django that they are made for."""
