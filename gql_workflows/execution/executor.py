"""graphql-core's executor, which has plans answer the lists and objects that they can."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from copy import copy
from functools import partial
from typing import Any, Final

from asgiref.sync import sync_to_async
from graphql import GraphQLError, located_error
from graphql.execution.executor import CollectedErrors
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from django_workflow_engine.errors import WorkflowError
from gql_workflows import conf
from gql_workflows.context import Context
from gql_workflows.dataloaders.loader import find_all
from gql_workflows.documents import suggestions
from gql_workflows.errors import LimitExceeded
from gql_workflows.execution import operations
from gql_workflows.execution.budget import Budget, TooMuch
from gql_workflows.execution.kept import Plans, kept_plan, plans_of
from gql_workflows.execution.plans import NotPlain, plan_of
from gql_workflows.execution.running import PlanRun
from gql_workflows.execution.source import Compiled, compiled
from gql_workflows.limits import refusal_of
from gql_workflows.roots import Roots

logger = logging.getLogger(__name__)


class PlanningExecutor(StrawberryGraphQLCoreExecutionContext):
    """Completes what a root field gave by plans where it can, and as graphql-core does where it cannot.

    Once a plan failed, graphql-core executes the whole operation anew, of what the root fields gave: so the answer is
    graphql-core's own, as if there were no plans. Both count the values that they find: what a document asks for is
    estimated before, and lists without pages may be longer than the estimate.
    """

    _plans: Plans | None = None  # None: what is asked for is not planned

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
        built: Any = super().build(schema, document, root_value, context_value, raw_variable_values, *args, **options)
        if isinstance(built, cls) and built._may_plan():
            built._plans = plans_of(document).chosen(built.variable_values.coerced)
        return built

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._begin(Roots(keeps=True))

    def _begin(self, roots: Roots) -> None:
        """Count from nothing, and collect errors anew."""
        limits = conf.limits()
        self._budget = Budget(values=limits.values, size=limits.bytes)
        self._roots = roots
        if isinstance(self.context_value, Context):
            self.context_value.roots = roots
        self.collected_errors = CollectedErrors()

    def _may_plan(self) -> bool:
        """Whether plans may answer: what an extension does to every field is done to every field."""
        manager = self.middleware_manager
        watched = manager is not None and bool(manager.middlewares)
        ours = isinstance(self.context_value, Context)
        return ours and conf.plans() and not watched and operations.may_be_completed_twice(self)

    def build_per_event_executor(self, payload: Any) -> Any:
        """A copy for one event of a subscription, which has its own count."""
        executor: Any = super().build_per_event_executor(payload)
        executor._begin(Roots(keeps=True))
        return executor

    def execute_operation(self, serially: bool | None = None) -> Any:
        """The result, or an awaitable of it; in one hop to a thread, where all that is asked for is planned.

        Root fields that run in the thread of the ORM wait for each other in any case. They are executed one after the
        other, so that what one of them fails at does not depend on when it is another's turn.
        """
        if serially is None and operations.run_in_thread(self):
            serially = True
        if self._plans is None:
            return super().execute_operation(serially)
        if operations.fits_in_one_hop(self, self._plans):
            return self._in_one_hop(serially)
        result = super().execute_operation(serially)
        return self._awaited(result, serially) if self.is_awaitable(result) else self._final(result, serially)

    async def _in_one_hop(self, serially: bool | None) -> Any:
        self._roots.in_thread = True
        try:
            result = await _in_thread(super().execute_operation, serially)
        finally:
            self._roots.in_thread = False
        return await self._awaited(result, serially)

    async def _awaited(self, result: Any, serially: bool | None) -> Any:
        final = self._final(await result if self.is_awaitable(result) else result, serially)
        return await final if self.is_awaitable(final) else final

    def _final(self, result: Any, serially: bool | None) -> Any:
        """The result, or that of graphql-core alone where a plan failed.

        It loads all anew: what is found at once, and what has to be waited for, decides which error comes first.
        """
        if not self._roots.is_over:
            return result
        self.context_value.forget()
        again = copy(self)
        again._plans = None
        again._roots.is_over = False
        again._begin(self._roots)
        return again.execute_operation(serially)

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

    def build_response(self, data: Any) -> Any:
        """The answer; one that became too large is refused as a whole, at its root field.

        Where in it the limit was met follows from which of several loaders was the first.
        """
        refused = next((error for error in self.collected_errors.errors if _is_of_limits(error)), None)
        if refused is not None and refused.path:
            root = refused.path[0]
            self.collected_errors = CollectedErrors()
            self.collected_errors.add(located_error(self._exceeded(), operations.nodes_of(self, root), [root]), None)
            data = None
        return super().build_response(data)

    def _planned(self, type_: Any, details: Any, result: Any, ordinary: Callable[[], Any]) -> Any:
        """The completed value, or an awaitable of it."""
        plan = self.plan(type_, details)
        if plan is None:
            return ordinary()
        if self._roots.is_over:
            return None
        run = PlanRun(plan, self.context_value, self._budget)
        try:
            completed = run.complete(result)
        except Exception as error:  # whatever it is: graphql-core meets it again, and reports it as it should be
            return self._give_up(error)
        if run.is_complete:
            return completed
        if not self._roots.in_thread:
            return self._loaded(run, completed)
        find_all([run])
        return completed if run.failure is None else self._give_up(run.failure)

    async def _loaded(self, run: PlanRun, completed: Any) -> Any:
        try:
            await self.context_value.loaders.requests.answer(run)
        except Exception as error:  # as above
            return self._give_up(error)
        return completed if run.failure is None else self._give_up(run.failure)

    def _give_up(self, error: Exception) -> None:
        """Have all of it executed anew, and tell why, once: the answer is right, and takes longer."""
        if not self._roots.is_over:
            expected = isinstance(
                error, NotPlain | TooMuch | GraphQLError | WorkflowError
            )  # an answer, if one with errors
            level = logging.DEBUG if expected else logging.WARNING
            logger.log(level, "A plan failed; graphql-core executes the operation", exc_info=error)
        self._roots.is_over = True

    def plan(self, type_: Any, details: Any) -> Compiled | None:
        """The plan of these fields; None where there is none."""
        if self._plans is None:
            return None
        return kept_plan(self._plans, type_, details, partial(self._made, type_, details))

    def _made(self, type_: Any, details: Any) -> Compiled | None:
        with suppress(Exception):  # a selection that cannot be read, which is an error of its own place
            plan = plan_of(self.schema, self._selected, type_, details)
            return None if plan is None else compiled(plan)
        return None

    def _selected(self, type_: Any, details: Any) -> tuple[Any, Any]:
        collected = self.collect_subfields(type_, details)
        return collected.grouped_field_set, collected.new_defer_usages


def _is_of_limits(error: GraphQLError) -> bool:
    return isinstance(error.original_error, LimitExceeded)


def _executed(execute: Callable[[Any], Any], serially: bool | None) -> Any:
    return execute(serially)


_in_thread: Final[Callable[..., Awaitable[Any]]] = sync_to_async(_executed)
