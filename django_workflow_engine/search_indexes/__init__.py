"""PostgreSQL's trigram indexes for the free texts that lists search: which there are to be, and which are there."""

from django_workflow_engine.search_indexes.catalogue import answers
from django_workflow_engine.search_indexes.declared import TextIndex, free_texts, index_of, text_indexes, user_indexes
from django_workflow_engine.search_indexes.making import NotPossible, analyse, drop, make, prepare

__all__ = [
    "NotPossible",
    "TextIndex",
    "analyse",
    "answers",
    "drop",
    "free_texts",
    "index_of",
    "make",
    "prepare",
    "text_indexes",
    "user_indexes",
]
