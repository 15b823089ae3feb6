"""Whose seat it is, and was before it was passed on."""

from __future__ import annotations

from dataclasses import dataclass

from django_workflow_engine import people
from django_workflow_engine.models.steps import Step


@dataclass(frozen=True, kw_only=True)
class Person:
    """A user as the audit trail keeps one: key and name as values."""

    key: str
    name: str


def came_from(step: Step) -> set[str]:
    """The primary keys, as text, of those who had this very seat before."""
    return {link["from_user"] for link in step.delegation_chain or ()}


def first_holder(step: Step) -> Person | None:
    """Whose seat it was before it was passed on; None for a seat that never was, or whose holder's account was gone."""
    link = (step.delegation_chain or [{}])[0]
    return Person(key=link["from_user"], name=link["from_name"]) if link.get("from_user") else None


def holder_of(step: Step) -> Person:
    """Who has the seat, which is an account's."""
    return Person(key=str(step.assigned_to.pk), name=people.username(step.assigned_to))
