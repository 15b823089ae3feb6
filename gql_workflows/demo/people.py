"""The people of the sample company, and what they may sign in with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

COMPANY: Final = "acme"
REVIEWERS: Final = "Finance reviewers"
BUDGET_MANAGERS: Final = "Budget managers"
EXECUTIVES: Final = "Executives"


@dataclass(frozen=True, kw_only=True)
class Person:
    """One user of the demo; passwords are as public as this file."""

    username: str
    first_name: str
    last_name: str
    groups: tuple[str, ...] = ()
    is_superuser: bool = False

    @property
    def password(self) -> str:
        """What the person signs in with."""
        return f"{self.username}-demo-1"


PEOPLE: Final = (
    Person(username="admin", first_name="Ada", last_name="Minister", is_superuser=True),
    Person(username=COMPANY, first_name="Acme", last_name="Corporation", groups=(COMPANY,)),
    Person(username="erin", first_name="Erin", last_name="Ross", groups=(COMPANY,)),
    Person(username="sami", first_name="Sami", last_name="Haddad", groups=(COMPANY,)),
    Person(username="fatima", first_name="Fatima", last_name="Nasser", groups=(COMPANY, REVIEWERS)),
    Person(username="frank", first_name="Frank", last_name="Weber", groups=(COMPANY, REVIEWERS)),
    Person(username="bilal", first_name="Bilal", last_name="Aziz", groups=(COMPANY, BUDGET_MANAGERS)),
    Person(username="bea", first_name="Bea", last_name="Lind", groups=(COMPANY, BUDGET_MANAGERS)),
    Person(username="carla", first_name="Carla", last_name="Funk", groups=(COMPANY,)),
    Person(username="elias", first_name="Elias", last_name="Khoury", groups=(COMPANY, EXECUTIVES)),
    Person(username="eva", first_name="Eva", last_name="Marsh", groups=(COMPANY, EXECUTIVES)),
    Person(username="stan", first_name="Stan", last_name="Outside"),
)
REQUESTER: Final = "erin"
CFO: Final = "carla"
