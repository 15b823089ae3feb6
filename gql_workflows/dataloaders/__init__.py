"""One set of loaders for each request: what the ORM cannot follow costs one statement for a whole page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from django_workflow_engine.approvals.duties import Deed
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.selectors.contents import ContentCounts
from django_workflow_engine.services import TemplateProblem
from django_workflow_engine.services.cancellation import CancelObstacle
from gql_workflows.access.changing import TemplateObstacle
from gql_workflows.dataloaders import attachments, forms, people, steps, workflows
from gql_workflows.dataloaders.forms import FoundForm
from gql_workflows.dataloaders.loader import Loader, Requests, Value
from gql_workflows.dataloaders.workflows import ActionsByOwner, RunContent

if TYPE_CHECKING:
    from gql_workflows.context import Context


class Loaders:
    """The loaders of one request, each made when it is first used."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.requests = Requests()

    def _loader(
        self,
        batch: Callable[[Context, Sequence[Any]], Mapping[Any, Value]],
        *,
        default: Callable[[], Value] | None = None,
    ) -> Loader[Value]:
        """A loader over a synchronous function from keys to rows by key; `default` makes what is missing."""
        return Loader(self.requests, partial(batch, self._context), default=default)

    @cached_property
    def users(self) -> Loader[Any]:
        """Users by primary key, as a column or JSON has it; the viewer was read to begin with."""
        loader, viewer = self._loader(people.users), self._context.viewer
        if viewer is not None:
            loader.prime({viewer.pk: viewer})
        return loader

    @cached_property
    def roles(self) -> Loader[tuple[str, str] | None]:
        """Roles by primary key, as a column or JSON has it."""
        return self._loader(people.roles_by_key)

    @cached_property
    def rights(self) -> Loader[people.Rights]:
        """What the viewer brings to any step, by the viewer's primary key."""
        return self._loader(people.rights)

    @cached_property
    def action_rights(self) -> Loader[bool]:
        """Whether the viewer sees actions, by the company of their template."""
        return self._loader(people.action_rights)

    @cached_property
    def forms(self) -> Loader[FoundForm | None]:
        """Forms by primary key, as a column or JSON has it."""
        return self._loader(forms.forms)

    @cached_property
    def owners(self) -> Loader[frozenset[Any]]:
        """Whose objects are, as primary keys of users, by (content type id, primary key as text)."""
        return self._loader(attachments.owners, default=frozenset)

    @cached_property
    def requesters(self) -> Loader[Any]:
        """The primary key of an object's own person, or None, by (content type id, primary key as text)."""
        return self._loader(attachments.requesters)

    @cached_property
    def obstacles_to_cancelling(self) -> Loader[CancelObstacle | None]:
        """What keeps the viewer from cancelling a run, by attachment row."""
        return self._loader(attachments.obstacles_to_cancelling)

    @cached_property
    def mendable(self) -> Loader[bool]:
        """Whether the viewer may put right who is asked in a run, by attachment row."""
        return self._loader(attachments.mendable)

    @cached_property
    def managers(self) -> Loader[people.Manager | None]:
        """Active managers by the primary key of whom they stand above, None where there is none."""
        return self._loader(people.managers)

    @cached_property
    def texts(self) -> Loader[str | None]:
        """The texts of rows of any model by (content type id, primary key as text)."""
        return self._loader(attachments.texts)

    @cached_property
    def workflows(self) -> Loader[WorkFlow]:
        """Workflow rows by id, for holders of something that shows them."""
        return self._loader(workflows.rows)

    @cached_property
    def attachments(self) -> Loader[WorkflowAttachment]:
        """Attachments by id, for holders of something that shows them."""
        return self._loader(attachments.rows)

    @cached_property
    def attachments_by_flow(self) -> Loader[WorkflowAttachment]:
        """Attachments by approval flow, for holders of its steps."""
        return self._loader(attachments.by_flow)

    @cached_property
    def visible_templates(self) -> Loader[WorkFlow | None]:
        """Templates by id, None where the viewer may not see one."""
        return self._loader(workflows.visible_templates)

    @cached_property
    def trees(self) -> Loader[WorkflowTree]:
        """Workflow content by workflow row; that of a template without its actions."""
        return self._loader(workflows.trees)

    @cached_property
    def run_contents(self) -> Loader[RunContent]:
        """What runs use, by attachment row."""
        return self._loader(workflows.run_contents)

    @cached_property
    def obstacles_to_editing(self) -> Loader[TemplateObstacle | None]:
        """What keeps the viewer from changing a workflow, by its row."""
        return self._loader(workflows.obstacles_to_editing)

    @cached_property
    def obstacles_to_deleting(self) -> Loader[TemplateObstacle | None]:
        """What keeps the viewer from deleting a workflow, by its row."""
        return self._loader(workflows.obstacles_to_deleting)

    @cached_property
    def content_counts(self) -> Loader[ContentCounts]:
        """How much workflows hold, by workflow row; nothing where it was deleted just now."""
        return self._loader(workflows.counts, default=ContentCounts)

    @cached_property
    def actions(self) -> Loader[ActionsByOwner]:
        """What events call, by workflow row: the actions of each of its nodes."""
        return self._loader(workflows.actions)

    @cached_property
    def template_problems(self) -> Loader[list[TemplateProblem]]:
        """What is wrong with workflows now, by workflow row."""
        return self._loader(workflows.problems, default=list)

    @cached_property
    def open_steps(self) -> Loader[list[Any]]:
        """The steps that wait for a decision, by attachment row."""
        return self._loader(steps.open_steps, default=list)

    @cached_property
    def deeds(self) -> Loader[list[Deed]]:
        """What has been decided in a run, by attachment row."""
        return self._loader(steps.deeds, default=list)

    @cached_property
    def holders_beside(self) -> Loader[set[str]]:
        """Who has, had, or will have another seat of what a step asks, as text, by step row."""
        return self._loader(steps.holders_beside)

    @cached_property
    def run_steps(self) -> Loader[list[Any]]:
        """The last steps of the current run, oldest first, by approval flow."""
        return self._loader(steps.run_steps, default=list)

    @cached_property
    def step_pages(self) -> Loader[Any]:
        """Pages of the current run's steps by (approval flow, paging arguments)."""
        return self._loader(steps.step_pages)

    @cached_property
    def step_counts(self) -> Loader[int]:
        """The number of the current run's steps by approval flow."""
        return self._loader(steps.step_counts, default=int)

    @cached_property
    def steps(self) -> Loader[Any]:
        """Steps by id, for holders of something that shows them."""
        return self._loader(steps.by_id)

    @cached_property
    def events(self) -> Loader[list[Any]]:
        """The last events, oldest first, by attachment."""
        return self._loader(attachments.events, default=list)

    @cached_property
    def event_pages(self) -> Loader[Any]:
        """Pages of events by (attachment, paging arguments)."""
        return self._loader(attachments.event_pages)

    @cached_property
    def event_counts(self) -> Loader[int]:
        """The number of events by attachment."""
        return self._loader(attachments.event_counts, default=int)
