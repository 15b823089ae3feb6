"""Every key is a text with marks in it, as numbers of invoices and codes of staff are."""

from itertools import count

from tests.worlds.keyed import *  # noqa: F403
from tests.worlds.keyed import keyed_models

numbers = count(1)


def next_key():
    return f"""%Ä/{next(numbers)}: "0,5" 'x' _2F_5F \\ <b>&?#+;_ 50% 😀 """


def models():
    from django.db.models import CharField

    keyed_models(lambda: CharField(primary_key=True, max_length=60, default=next_key))
