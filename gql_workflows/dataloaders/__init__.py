"""One set of loaders for each request: what the ORM cannot follow costs one statement for a whole page."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from strawberry.dataloader import DataLoader

from gql_workflows.dataloaders import attachments, forms, people, steps, workflows

if TYPE_CHECKING:
    from gql_workflows.context import Context

Batch = Callable[["Context", Sequence[Any]], Mapping[Any, Any]]


class Loaders:
    """The loaders of one request, each made when it is first used."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def _loader(self, batch: Batch, *, default: Callable[[], Any] | None = None) -> DataLoader[Any, Any]:
        """A loader over a synchronous function from keys to rows by key; `default` makes what is missing."""

        async def load(keys: list[Hashable]) -> list[Any]:
            found = await sync_to_async(batch)(self._context, keys)
            return [found[key] if key in found else default() if default else None for key in keys]

        return DataLoader(load_fn=load)

    @cached_property
    def users(self) -> DataLoader[Any, Any]:
        """Users by primary key, as a column or JSON has it."""
        return self._loader(people.users)

    @cached_property
    def roles(self) -> DataLoader[Any, Any]:
        """Roles by primary key, as a column or JSON has it."""
        return self._loader(people.roles_by_key)

    @cached_property
    def rights(self) -> DataLoader[Any, people.Rights]:
        """What the viewer brings to any step, by the viewer's primary key."""
        return self._loader(people.rights)

    @cached_property
    def action_rights(self) -> DataLoader[Any, bool]:
        """Whether the viewer sees actions, by the company of their template."""
        return self._loader(people.action_rights)

    @cached_property
    def forms(self) -> DataLoader[Any, Any]:
        """Forms by primary key, as a column or JSON has it."""
        return self._loader(forms.forms)

    @cached_property
    def creators(self) -> DataLoader[Any, Any]:
        """Who created objects, as primary keys, by (content type id, primary key as text)."""
        return self._loader(attachments.creators)

    @cached_property
    def texts(self) -> DataLoader[Any, str | None]:
        """The texts of rows of any model by (content type id, primary key as text)."""
        return self._loader(attachments.texts)

    @cached_property
    def workflows(self) -> DataLoader[Any, Any]:
        """Workflow rows by id, for holders of something that shows them."""
        return self._loader(workflows.rows)

    @cached_property
    def attachments(self) -> DataLoader[Any, Any]:
        """Attachments by id, for holders of something that shows them."""
        return self._loader(attachments.rows)

    @cached_property
    def visible_templates(self) -> DataLoader[Any, Any]:
        """Templates by id, None where the viewer may not see one."""
        return self._loader(workflows.visible_templates)

    @cached_property
    def trees(self) -> DataLoader[Any, Any]:
        """Workflow content by (id, version key)."""
        return self._loader(workflows.trees)

    @cached_property
    def open_steps(self) -> DataLoader[Any, list[Any]]:
        """The steps that wait for a decision, by approval flow."""
        return self._loader(steps.open_steps, default=list)

    @cached_property
    def run_steps(self) -> DataLoader[Any, list[Any]]:
        """The last steps of the current run, oldest first, by approval flow."""
        return self._loader(steps.run_steps, default=list)

    @cached_property
    def step_pages(self) -> DataLoader[Any, Any]:
        """Pages of the current run's steps by (approval flow, paging arguments)."""
        return self._loader(steps.step_pages)

    @cached_property
    def step_counts(self) -> DataLoader[Any, int]:
        """The number of the current run's steps by approval flow."""
        return self._loader(steps.step_counts, default=int)

    @cached_property
    def steps(self) -> DataLoader[Any, Any]:
        """Steps by id, for holders of something that shows them."""
        return self._loader(steps.by_id)

    @cached_property
    def events(self) -> DataLoader[Any, list[Any]]:
        """The last events, oldest first, by attachment."""
        return self._loader(attachments.events, default=list)

    @cached_property
    def event_pages(self) -> DataLoader[Any, Any]:
        """Pages of events by (attachment, paging arguments)."""
        return self._loader(attachments.event_pages)

    @cached_property
    def event_counts(self) -> DataLoader[Any, int]:
        """The number of events by attachment."""
        return self._loader(attachments.event_counts, default=int)
