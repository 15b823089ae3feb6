"""Every text for people is marked for translation, where and how the catalogues can take it.

English alone are, on purpose: log lines; what system checks and management commands say, and the exceptions of Python
and of the configuration, for they speak to whoever runs or programs the project, as Django's own do; and the
descriptions in the GraphQL schema with the labels of filters that they are made of, which are documentation.
"""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.db.models import Field
from django.utils.functional import Promise

from catalogues.extraction import KEYWORDS, PACKAGES, extracted
from tests.languages.entries import keys
from tests.languages.source import (
    LAZY,
    Module,
    assignments,
    functions,
    is_unmarked,
    modules,
    name_of,
    translated,
    translators,
)

MODULES = list(modules())
LABELS = ("django_workflow_engine", "gql_workflows", "demo")
# Exceptions of Python and of the configuration: they speak to programmers.
FOR_PROGRAMMERS = {name for name in vars(builtins) if isinstance(getattr(builtins, name), type)} | {
    "ImproperlyConfigured",
    "CommandError",
    "ArgumentTypeError",
    "SystemExit",
    "_WrongRule",  # caught beside, and logged
    "CalendarFailed",  # for the log
}
# What carries a text to people beside the exceptions that are raised.
CARRIERS = {
    *("ValidationError", "PermissionDenied", "GraphQLError", "Fault", "UserError", "ErrorDetail"),
    *("invalid", "missing", "refuse_one", "add_error", "message_user", "send_workflow_email"),
}
NAMED = {"verbose_name", "verbose_name_plural", "help_text", "short_description", "empty_value_display", "title"}
# Documentation of the schema, and of commands; the tabs of GraphiQL, whose every other word is English.
DESCRIBED_ELSEWHERE = ("gql_workflows/filters/", "/management/commands/", "gql_workflows/graphiql/examples.py")
OPERATED = ("/management/commands/", "gql_workflows/server/", "gql_workflows/demo/")


def own_errors() -> set[str]:
    """Every exception that the packages define."""
    found = set()
    for module in MODULES:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith(_ERRORS) for base in node.bases):
                found.add(node.name)
    return found


_ERRORS = ("Error", "Exception", "Input", "Definition", "Conflict", "Forbidden", "NotFound")


def texts_given(module: Module, call: ast.Call) -> Iterator[ast.AST]:
    """The arguments of a call that are texts nobody can translate."""
    known = assignments(module.tree)
    values = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg not in ("code", "path"))]
    return (value for value in values if is_unmarked(value, known))


def calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def raised(module: Module) -> Iterator[ast.Call]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield node.exc


def test_every_refusal_speaks_in_a_marked_text():
    carriers, found = (CARRIERS | own_errors()) - FOR_PROGRAMMERS, []
    for module in MODULES:
        spoken = [call for call in calls(module) if name_of(call) in carriers]
        spoken += [call for call in raised(module) if name_of(call) not in FOR_PROGRAMMERS]
        if not any(place in module.path for place in OPERATED):
            found += [module.at(text) for call in spoken for text in texts_given(module, call)]
    assert sorted(set(found)) == []


def test_names_labels_and_help_are_marked():
    found = []
    for module in MODULES:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Assign) and any(getattr(target, "id", "") in NAMED for target in node.targets):
                found += [module.at(node)] if _is_word(node.value) else []
            elif isinstance(node, ast.keyword) and node.arg in NAMED | {"label"} and _is_word(node.value):
                found += [module.at(node.value)]
    assert [place for place in found if not any(other in place for other in DESCRIBED_ELSEWHERE)] == []


def _is_word(node: ast.AST) -> bool:
    """Whether it is any literal with a word in it."""
    if isinstance(node, ast.JoinedStr):
        return any(_is_word(part) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and any(map(str.isalpha, node.value))


def test_the_admin_describes_its_columns_in_marked_texts():
    found = []
    for module in MODULES:
        for call in calls(module) if "/admin/" in module.path else ():
            words = [keyword.value for keyword in call.keywords if keyword.arg == "description"]
            found += [module.at(word) for word in words if _is_word(word)]
    assert found == []


def test_messages_of_form_fields_are_marked():
    found = []
    for module in MODULES:
        for node in ast.walk(module.tree):
            named = {getattr(target, "id", "") for target in getattr(node, "targets", ())}
            if named & {"default_error_messages", "error_messages"} and isinstance(node.value, ast.Dict):
                found += [module.at(value) for value in node.value.values if _is_word(value)]
    assert found == []


@pytest.mark.parametrize("label", LABELS)
def test_every_model_and_field_has_a_name_that_can_be_translated(label):
    found = []
    for model in apps.get_app_config(label).get_models():
        options = model._meta
        found += [f"{model.__name__}: no name"] if not _lazy(options.verbose_name) else []
        found += [f"{model.__name__}: no plural"] if not _lazy(options.verbose_name_plural) else []
        found += [f"{model.__name__}.{field.name}: no name" for field in _own(model) if not _lazy(field.verbose_name)]
        found += [f"{model.__name__}.{field.name}: help" for field in _own(model) if not _lazy(field.help_text or None)]
        found += [f"{model.__name__}: {name}" for name, text in options.permissions if not _lazy(text)]
    assert found == []


def _own(model: type[models.Model]) -> Iterator[Field]:
    """The model's fields but its key, which Django names."""
    return (field for field in model._meta.local_fields if not field.auto_created and not field.primary_key)


def _lazy(text: object) -> bool:
    return text is None or isinstance(text, Promise)


@pytest.mark.parametrize("label", LABELS)
def test_every_app_has_a_name_that_can_be_translated(label):
    assert isinstance(apps.get_app_config(label).verbose_name, Promise)


def test_every_choice_has_a_label_that_can_be_translated():
    found, seen = [], set()
    for module in MODULES:
        for choices in _choices_of(module):
            seen.add(choices.__name__)
            found += [f"{choices.__name__}: {value}" for value, text in choices.choices if not _lazy(text)]
    assert found == []
    assert {"AttachmentStatus", "ActionType", "ErrorCode", "StepOutcome", "WorkflowStrategy"} <= seen


def _choices_of(module: Module) -> Iterator[type[models.Choices]]:
    """The choices that a module defines; only what has some is imported."""
    names = {ast.unparse(base) for node in ast.walk(module.tree) for base in getattr(node, "bases", ())}
    if not any(name.endswith("Choices") for name in names):
        return
    imported = import_module(module.path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    for _name, found in inspect.getmembers(imported, inspect.isclass):
        if issubclass(found, models.Choices) and found.__module__ == imported.__name__:
            yield found


def test_every_field_of_the_admin_s_forms_has_a_label_that_can_be_translated():
    found = []
    for model_admin in admin.site._registry.values():
        if type(model_admin).__module__.startswith(PACKAGES):
            fields = getattr(model_admin.form, "declared_fields", {})
            found += [
                f"{model_admin}: {name}" for name, field in fields.items() if not isinstance(field.label, Promise)
            ]
    assert found == []


def test_only_names_that_the_extraction_knows_mark_a_text():
    unknown = [(module.path, name) for module in MODULES for name in translators(module) if name not in KEYWORDS]
    assert unknown == []


def test_a_text_is_marked_as_a_whole_and_not_put_together_before():
    found = []
    for module in MODULES:
        for call in translated(module):
            names = translators(module)[call.func.id]
            texts = call.args[1:2] if names.startswith("pgettext") else call.args[: 2 if "ngettext" in names else 1]
            found += [module.at(text) for text in texts if isinstance(text, ast.JoinedStr | ast.BinOp | ast.Call)]
    assert found == []


def test_no_text_is_marked_inside_an_f_string_where_the_extraction_may_not_see_it():
    found = []
    for module in MODULES:
        own = translators(module)
        for string in (node for node in ast.walk(module.tree) if isinstance(node, ast.JoinedStr)):
            marks = [node for node in ast.walk(string) if isinstance(node, ast.Call) and name_of(node) in own]
            found += [module.at(mark) for mark in marks]
    assert found == []


def test_the_extraction_finds_every_marked_text():
    in_catalogues = {text for package in PACKAGES for _context, key in keys(extracted(package)) for text in _all(key)}
    found = []
    for module in MODULES:
        for call in translated(module):
            texts = [text.value for text in call.args if isinstance(text, ast.Constant) and isinstance(text.value, str)]
            found += [module.at(call)] if texts and not set(texts) & in_catalogues else []
    assert found == []


def _all(key: str | tuple[str, ...]) -> tuple[str, ...]:
    return key if isinstance(key, tuple) else (key,)


def test_nothing_is_translated_when_a_module_is_imported():
    """The language of a request is not known then: only lazy texts wait for it."""
    found = []
    for module in MODULES:
        own = translators(module)
        inside = {node for function in functions(module.tree) for node in ast.walk(_body(function))}
        found += [
            module.at(call) for call in translated(module) if own[call.func.id] not in LAZY and call not in inside
        ]
    assert found == []


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> ast.AST:
    """What runs when the function is called, without its decorators and defaults."""
    body = function.body if isinstance(function.body, list) else [ast.Expr(function.body)]
    return ast.Module(body=body, type_ignores=[])
