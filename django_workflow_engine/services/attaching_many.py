"""Attaching a workflow to many objects: in transactions of five hundred, each object with its own answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model

from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.services.actors import checked_metadata
from django_workflow_engine.services.attaching import Wish, attach_together, stored_template
from django_workflow_engine.services.attachments import check_starter
from django_workflow_engine.services.objects import check_object
from django_workflow_engine.services.refusals import Refused, each
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.services.versions import checked_content
from django_workflow_engine.transactions import verb

BATCH: Final = 500  # objects in one transaction


@dataclass(kw_only=True)
class Attached:
    """What became of one object: its attachment, or why it has none."""

    obj: Model
    attachment: WorkflowAttachment | None = None
    error: WorkflowError | None = None


def attach_workflow_to_objects(
    objects: Iterable[Model],
    workflow: WorkFlow,
    user: Any = None,
    auto_start: bool = True,
    metadata: Mapping[str, Any] | None = None,
) -> list[Attached]:
    """Attach a template to many objects, of any models, as `attach_workflow_to_object` does to one.

    Events, actions and checks are the same, the statements as many for five hundred objects as for one. Each object is
    attached or refused by itself; the answers come in the order of the objects. Five hundred objects are locked and
    written in one transaction, unless the caller has one around it all: what an object's own code raises undoes those,
    and is raised; what was committed before stays, and a second call tells it by AlreadyAttached.

    Raises InvalidInput, NotFound, Forbidden, MissingPermission, Frozen, WorkflowInactive and WorkflowIncomplete for
    what no object could be attached with.
    """
    check_starter(user, auto_start=auto_start)
    wish = Wish(workflow=workflow, metadata=checked_metadata(metadata), actor=user, starter=user, auto_start=auto_start)
    checked_content(stored_template(workflow))
    answers = [Attached(obj=obj) for obj in objects]
    for first in range(0, len(answers), BATCH):
        for group in _of_one_model(answers[first : first + BATCH]):
            _answer(wish, group)
    return answers


def _of_one_model(answers: Iterable[Attached]) -> Iterator[list[Attached]]:
    """The objects by model, each once; those that are named again come after those that were named before."""
    named: Counter[tuple[type, str]] = Counter()
    groups: dict[tuple[type, int], list[Attached]] = defaultdict(list)
    for answer in answers:
        kind, key = answer.obj.__class__, getattr(answer.obj, "pk", None)
        groups[kind, named[kind, str(key)]].append(answer)
        named[kind, str(key)] += key is not None
    yield from groups.values()


def _answer(wish: Wish, answers: Sequence[Attached]) -> None:
    """Attach to these objects. Those that are refused get their answer and are left out, until none is."""
    left = answers
    while left:
        try:
            runs = _attached(wish, [answer.obj for answer in left])
        except Refused as refused:
            for index, error in refused.errors.items():
                left[index].error = error
        except WorkflowError as error:
            for answer in left:
                answer.error = error
        else:
            for answer, run in zip(left, runs, strict=True):
                answer.attachment = run.attachment
            return
        left = [answer for answer in left if answer.error is None]


@verb
def _attached(wish: Wish, objects: Sequence[Model]) -> list[WorkflowRun]:
    each(objects, check_object)
    return attach_together(wish, objects)
