"""The engine's refusals in REST framework's form: nested as the input is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rest_framework.exceptions import APIException, ErrorDetail, PermissionDenied, ValidationError
from rest_framework.settings import api_settings

from django_workflow_engine.errors import Fault, Path, WorkflowError

# What a spec calls by one name and the forms by another.
_NAMES: Final = {"company_id": "company"}
# What a spec has beside the info object, and the forms take inside of it, too.
_IN_INFO: Final = ("approvals", "color")
_INFOS: Final = ("workflow_info", "pipeline_info", "stage_info")

Node = dict[str | None, Any]


def refusal(error: WorkflowError, data: Any, *, known: Iterable[str], inside: str = "") -> APIException:
    """The exception that REST framework answers with; `inside` is the verb's own word around the input."""
    if isinstance(error, PermissionError):
        return PermissionDenied(detail=error.message, code=error.code.value)
    return invalid(error.faults, data, known=known, inside=inside)


def invalid(faults: Iterable[Fault], data: Any, *, known: Iterable[str], inside: str = "") -> ValidationError:
    """One ValidationError with every fault at its place in `data`; what is about no `known` field stands beside."""
    fields, tree = set(known), Node()
    for fault in faults:
        path = fault.path[1:] if inside and fault.path[:1] == (inside,) else fault.path
        path = (_NAMES.get(path[0], path[0]), *path[1:]) if path else ()
        _hang(tree, _in_words_of(data, path) if path and path[0] in fields else (), fault)
    return ValidationError(_shaped(tree, data, top=True))


def _hang(tree: Node, path: Path, fault: Fault) -> None:
    for key in path:
        tree = tree.setdefault(key, {})
    tree.setdefault(None, []).append(ErrorDetail(fault.message, code=fault.code.value))


def _in_words_of(data: Any, path: Path) -> Path:
    """The path with the info object in it, where the input has the value inside of one."""
    words: list[str] = []
    for key in path:
        if key in _IN_INFO and isinstance(data, Mapping) and key not in data:
            info = next((name for name in _INFOS if isinstance(data.get(name), Mapping)), None)
            if info is not None:
                words.append(info)
                data = data[info]
        words.append(key)
        data = _below(data, key)
    return tuple(words)


def _below(data: Any, key: str) -> Any:
    if isinstance(data, Mapping):
        return data.get(key)
    if isinstance(data, list | tuple) and key.isdecimal() and int(key) < len(data):
        return data[int(key)]
    return None


def _shaped(node: Node, data: Any, *, top: bool = False) -> Any:
    """Messages as a list, a faulty list as a list with {} for what is right, anything else as a dict."""
    messages = node.get(None, [])
    below = {key: _shaped(child, _below(data, key)) for key, child in node.items() if key is not None}
    if not below and not top:
        return messages
    if isinstance(data, list | tuple) and not messages:
        return [below.get(str(index), {}) for index in range(len(data))]
    return {**({api_settings.NON_FIELD_ERRORS_KEY: messages} if messages else {}), **below}
