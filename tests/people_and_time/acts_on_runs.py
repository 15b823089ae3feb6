"""What happens to runs and to their objects."""

from __future__ import annotations

from contextlib import suppress
from io import StringIO
from typing import Final

from django.core.management import CommandError, call_command
from hypothesis import strategies as st
from hypothesis.stateful import precondition

from django_workflow_engine.services import cancel_workflow, resubmit
from tests.people_and_time.company import PEOPLE
from tests.people_and_time.invariants import SOMEBODY_MAY, ensure
from tests.people_and_time.machine import Machine, act, number, person, template
from tests.testapp.models import Document

MOST_RUNS: Final = 3


class Runs(Machine):
    """They are started, called off, sent again and left behind."""

    @precondition(lambda self: self.documents < MOST_RUNS)
    @act(template=template, owner=person, starter=person)
    def start(self, template: str, owner: str, starter: str) -> None:
        self.begin_run(template, owner, starter)

    @precondition(lambda self: self.reading.runs)
    @act(
        number=number,
        who=st.sampled_from(("root", *PEOPLE)),
        template=template,
        what=st.sampled_from(("resubmit", "cancel", "start again", "delete", "delete and mend")),
    )
    def run(self, number: int, who: str, template: str, what: str) -> None:
        """Somebody does something about a run: of those that were sent back where it is to be sent again."""
        sent_back = [run for run in self.reading.runs if run.is_sent_back] if what == "resubmit" else []
        runs = sent_back or self.reading.runs
        run, actor = runs[number % len(runs)], self.user(who)
        if what == "start again":
            self.attach(run.document, template, who)
        elif what.startswith("delete"):
            self._delete(run.document, mend=what == "delete and mend")
        elif actor is not None and what == "cancel":
            self.attempt(cancel_workflow, attachment_id=run.attachment.pk, actor=actor, reason="Enough")
        elif actor is not None:
            self.attempt(resubmit, attachment_id=run.attachment.pk, actor=actor)

    def _delete(self, document: Document | None, *, mend: bool) -> None:
        if document is not None:
            document.delete()
        if mend:
            with suppress(CommandError):  # its exit status is about what is left
                call_command("doctor", "--mend", stdout=StringIO())
            after = self.read()
            ensure(all(run.document for run, _step in after.open()), SOMEBODY_MAY, "the doctor left a run behind")
