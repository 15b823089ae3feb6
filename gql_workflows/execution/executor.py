"""graphql-core's executor, which has plans answer the lists and objects that they can."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from graphql import GraphQLError
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from django_workflow_engine.errors import WorkflowError
from gql_workflows import conf
from gql_workflows.documents import suggestions
from gql_workflows.errors import LimitExceeded
from gql_workflows.execution.budget import Budget
from gql_workflows.execution.loading import PlanRun
from gql_workflows.execution.plans import Complete, NotPlain, PendingField, Planner
from gql_workflows.limits import refusal_of

logger = logging.getLogger(__name__)


class PlanningExecutor(StrawberryGraphQLCoreExecutionContext):
    """Completes what a root field gave by plans where it can, and as graphql-core does where it cannot.

    Once a plan failed, graphql-core does all the rest, so nothing is tried again and again. Both count the values that
    they find: what a document asks for is estimated before, and lists without pages may be longer than the estimate.
    """

    @classmethod
    def build(
        cls,
        schema: Any,
        document: Any,
        root_value: Any = None,
        context_value: Any = None,
        raw_variable_values: Any = None,
        *args: Any,
        **options: Any,
    ) -> Any:
        """The executor of one request, which looks for suggestions where they may be shown and cost little."""
        options["hide_suggestions"] = suggestions.are_hidden(raw_variable_values)
        return super().build(schema, document, root_value, context_value, raw_variable_values, *args, **options)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._begin()

    def _begin(self) -> None:
        """Count from nothing, and plan anew."""
        limits = conf.limits()
        self._budget = Budget(values=limits.values, size=limits.bytes)
        self._planner = Planner(self._selected, self.schema, self.context_value, self._budget)
        self._plans: dict[tuple[int, int], tuple[Any, Complete | None]] = {}
        manager = self.middleware_manager  # what an extension does to every field is done to every field
        self._may_plan = conf.plans() and (manager is None or not manager.middlewares)

    def build_per_event_executor(self, payload: Any) -> Any:
        """A copy for one event of a subscription, which has its own count."""
        executor: Any = super().build_per_event_executor(payload)
        executor._begin()
        return executor

    def complete_list_value(self, return_type: Any, details: Any, info: Any, path: Any, result: Any, where: Any) -> Any:
        """A list, with all that its items want loaded together."""
        ordinary = partial(super().complete_list_value, return_type, details, info, path, result, where)
        return self._planned(return_type, details, result, ordinary)

    def complete_object_value(
        self, return_type: Any, details: Any, info: Any, path: Any, result: Any, where: Any
    ) -> Any:
        """One object."""
        ordinary = partial(super().complete_object_value, return_type, details, info, path, result, where)
        return self._planned(return_type, details, result, ordinary)

    def execute_fields(self, parent_type: Any, source: Any, path: Any, fields: Any, where: Any) -> Any:
        """The fields of one object, counted; raises LimitExceeded beyond what may be found."""
        if not self._budget.take_fields(fields):
            raise self._exceeded()
        return super().execute_fields(parent_type, source, path, fields, where)

    def complete_leaf_value(self, return_type: Any, result: Any) -> Any:  # type: ignore[override]  # a static method there
        """A text, a number or JSON, counted; raises LimitExceeded beyond what may be found."""
        coerced = super().complete_leaf_value(return_type, result)
        if not self._budget.take_value(coerced):
            raise self._exceeded()
        return coerced

    def _exceeded(self) -> LimitExceeded:
        """The refusal of whatever would be found now; how much it would be in all is not known."""
        name = self._budget.exceeded or "values"
        return refusal_of(name, getattr(conf.limits(), name) + 1)

    def _planned(self, type_: Any, details: Any, result: Any, ordinary: Callable[[], Any]) -> Any:
        """The completed value, or an awaitable of it."""
        complete = self._plan(type_, details)
        if complete is None:
            return ordinary()
        waiting: list[PendingField] = []
        try:
            completed = complete(result, waiting)
        except Exception as error:  # whatever it is: graphql-core meets it again, and reports it as it should be
            self._give_up(error)
        else:
            return self._loaded(completed, waiting, ordinary) if waiting else completed
        return ordinary()  # out of the block above, so that what is reported does not hang on the plan's own error

    async def _loaded(self, completed: Any, waiting: list[PendingField], ordinary: Callable[[], Any]) -> Any:
        plan_run = PlanRun(waiting)
        try:
            await self.context_value.loaders.requests.answer(plan_run)
            if plan_run.failure is None:
                return completed
            self._give_up(plan_run.failure)
        except Exception as error:  # as above
            self._give_up(error)
        result = ordinary()
        return await result if self.is_awaitable(result) else result

    def _give_up(self, error: Exception) -> None:
        """Plan nothing more in this request, and tell why, once: the answer is right, and takes longer."""
        if self._may_plan:
            expected = isinstance(error, NotPlain | GraphQLError | WorkflowError)  # an answer, if one with errors
            level = logging.DEBUG if expected else logging.WARNING
            logger.log(level, "A plan failed; graphql-core resolves the rest of the request", exc_info=error)
        self._may_plan = False

    def _plan(self, type_: Any, details: Any) -> Complete | None:
        """The plan of these fields, made once in a request; the details are kept so that their id stays theirs."""
        if not self._may_plan:
            return None
        key = (id(type_), id(details))
        if key not in self._plans:
            plan = None
            with suppress(Exception):  # a selection that cannot be read, which is an error of its own place
                plan = self._planner.plan(type_, details)
            self._plans[key] = (details, plan)
        return self._plans[key][1]

    def _selected(self, type_: Any, details: Any) -> tuple[Any, Any]:
        collected = self.collect_subfields(type_, details)
        return collected.grouped_field_set, collected.new_defer_usages
