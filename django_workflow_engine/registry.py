"""Which functions may run as actions: found at start-up, decorated, or named in the settings, and no others."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule

from django_workflow_engine import conf

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

Function = TypeVar("Function", bound=Callable[..., Any])

MODULES: Final = ("workflow_actions", "actions")
OWN_MODULE: Final = f"{conf.APP}.action_handlers"
# What an action can be given by name; a function that needs anything else is none.
CONTEXT_WORDS: Final = frozenset(
    {
        "user",
        "stage",
        "reason",
        "comments",
        "delegated_to",
        "from_stage",
        "to_stage",
        "from_pipeline",
        "to_pipeline",
        "initial_stage",
        "initial_pipeline",
    }
)
WORDS: Final = CONTEXT_WORDS | {"workflow_attachment", "attachment", "action_parameters", "parameters", "context"}


@dataclass(frozen=True, kw_only=True)
class RegisteredAction:
    """One function that actions may name: its dotted path, a name for people, and what it does in a sentence.

    `retry` is the name of the retry rule that it asks for; empty is the project's default. What is not `offered` is
    called by the engine alone.
    """

    path: str
    label: str
    description: str
    retry: str = ""
    offered: bool = True


ONCE: Final = "single_attempt"  # the retry rule that gives up after the first attempt
_discovered: Final[dict[str, RegisteredAction]] = {}
_decorated: Final[dict[str, RegisteredAction]] = {}


@overload
def workflow_action(function: Function, /) -> Function: ...
@overload
def workflow_action(
    *, label: _StrOrPromise = "", description: _StrOrPromise = "", retry: str = ""
) -> Callable[[Function], Function]: ...


def workflow_action(
    function: Any = None, /, *, label: _StrOrPromise = "", description: _StrOrPromise = "", retry: str = ""
) -> Any:
    """Register a function of any module as an action; without a description its docstring's first line is taken.

    `retry` names the retry rule that says when it is tried again (`actions.retry_rule`); without one the project's
    default does. The module must be imported at start-up, in every process. Raises TypeError for anything but a
    function at the top level of a module: an action is looked up by its path each time it runs.
    """

    def register(decorated: Function) -> Function:
        if not inspect.isroutine(decorated) or "." in decorated.__qualname__:
            raise TypeError(f"{decorated!r} is no function at the top level of a module.")
        path = f"{decorated.__module__}.{decorated.__qualname__}"
        described = _describe(path, decorated, label=label, description=description)
        _decorated[path] = replace(described, retry=retry)
        return decorated

    return register if function is None else register(function)


def called_by_the_engine(function: Function) -> Function:
    """Register a function that no template may name; it is tried once, and again by whoever looks at its incident."""
    path = f"{function.__module__}.{function.__qualname__}"
    _decorated[path] = replace(_describe(path, function), retry=ONCE, offered=False)
    return function


def discover() -> None:
    """Import every installed app's `workflow_actions` and `actions` module and register the functions defined there.

    An app whose module cannot be imported fails here, at start-up.
    """
    _discovered.clear()
    for module in _modules():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_") and takes_an_event(function):
                path = f"{module.__name__}.{name}"
                _discovered[path] = _describe(path, function)


def registered_actions() -> Sequence[RegisteredAction]:
    """Every function that an action may name now, by path."""
    known = _discovered | _decorated
    named = {path: _describe(path, _attribute(path)) for path in _named_in_settings() - set(known) if _is_named(path)}
    found = known | named
    return [_in_words(found[path]) for path in sorted(found) if found[path].offered]


def is_registered(path: str) -> bool:
    """Whether an action may name this path."""
    own = _decorated.get(path)
    return own.offered if own is not None else path in _discovered or _is_named(path)


def find(path: str) -> Callable[..., Any] | None:
    """The function that a registered path names at this moment, or None; no other path is ever imported."""
    found = _attribute(path) if path in _decorated or is_registered(path) else None
    return found if callable(found) else None


def retry_of(path: str) -> str:
    """The name of the retry rule that the function of this path asks for; empty where it asks for none."""
    return _decorated[path].retry if path in _decorated else ""


def _is_named(path: str) -> bool:
    """Whether the settings name the path; what is there, if anything, must be a function that an event can call."""
    if path not in _named_in_settings():
        return False
    function = _attribute(path)
    return function is None or (callable(function) and takes_an_event(function))


def _named_in_settings() -> set[str]:
    return {str(entry["function_path"]) for entry in conf.actions_config() if entry.get("function_path")}


def _modules() -> Iterator[ModuleType]:
    yield import_module(OWN_MODULE)
    for app in apps.get_app_configs():
        if app.name != conf.APP:
            yield from _modules_of(app)


def _modules_of(app: AppConfig) -> Iterator[ModuleType]:
    for name in MODULES:
        if app.module is not None and module_has_submodule(app.module, name):
            yield import_module(f"{app.name}.{name}")


def takes_an_event(function: Callable[..., Any]) -> bool:
    """Whether the function needs nothing that an event does not have; one that does is not meant as an action."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # of a few built-in ones nobody can tell
        return False
    for parameter in parameters:
        required = parameter.default is parameter.empty
        if parameter.kind is parameter.POSITIONAL_ONLY and required:
            return False
        named = parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        if named and required and parameter.name not in WORDS:
            return False
    return True


def _attribute(path: str) -> Any:
    """What a path names; None where the module or the name does not exist."""
    module, _dot, name = path.rpartition(".")
    try:
        return getattr(import_module(module), name, None)
    except (ModuleNotFoundError, ValueError):
        return None


def _in_words(action: RegisteredAction) -> RegisteredAction:
    """The action with lazy texts in the language of this moment."""
    return replace(action, label=str(action.label), description=str(action.description))


def _describe(path: str, function: Any, *, label: Any = "", description: Any = "") -> RegisteredAction:
    """The function in words, still lazy where the caller's are; `_in_words` settles the language."""
    name = path.rpartition(".")[2]
    lines = (inspect.getdoc(function) or "").strip().splitlines() if function is not None else []
    return RegisteredAction(
        path=path,
        label=label or name.replace("_", " ").strip().capitalize(),
        description=description or (lines[0] if lines else ""),
    )
