"""From a plan to Python: one function for each object of the selection, run over all of its rows.

The text that is compiled here is safe by how it is made. It is put together of the lines of this module, of numbered
names, and of paths of attributes, which are Python's own names in the classes behind the schema. Nothing that a client
sent is part of the text: its aliases are constants that are put into the parsed tree by reference, as are the names of
types; functions stand in the namespace that the code runs in.

Of `{ nameEn stages { id } }` below a pipeline comes, with the function for the stages before it:

    def objects9(sources, run):
        size = len(sources) * 22
        rows = []
        add = rows.append
        for source in sources:
            if source.__class__ not in met10:
                meet11(source)
            v12 = source.node.name_en
            if v12.__class__ is not str:
                v12 = coerce13(v12)
            size += len(v12) if v12.isascii() else long(v12)
            v14 = read15(source)
            if not isinstance(v14, lists16):
                raise NotPlain
            v14 = objects3(v14, run)
            row = {c17: v12, c18: v14}
            add(row)
        run.spend(len(sources) * 2, size)
        return rows
"""

from __future__ import annotations

import ast
from binascii import b2a_base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from gql_workflows.execution import leaves
from gql_workflows.execution.budget import size_of_names, size_of_text
from gql_workflows.execution.fields import Attribute, Computed, GlobalId
from gql_workflows.execution.leaves import LeafKind, checked, kind_of, meeting
from gql_workflows.execution.plans import Field, Leaf, Many, NotPlain, Object, Value

Complete = Callable[[Any, Any], Any]  # a value and the run that completes it

_INDENT: Final = "    "


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A field whose value comes later, and how it is completed then."""

    field: Field
    complete: Complete


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A plan as Python; `waiting` has the fields to wait for by the number of their object."""

    complete: Complete
    waiting: tuple[tuple[Waiting, ...], ...]
    text: str


def compiled(plan: Value) -> Compiled:
    """The plan as Python."""
    return _Module().compiled(plan)


class _Module:
    """The functions of one plan, and what the names in them stand for."""

    def __init__(self) -> None:
        self._functions: list[str] = []
        self._constants: dict[str, str | int] = {}
        self._namespace: dict[str, Any] = {"NotPlain": NotPlain, "b64": b2a_base64, "long": size_of_text}
        self._waiting: list[list[tuple[Field, str]]] = []
        self._numbers = 0

    def compiled(self, plan: Value) -> Compiled:
        complete = self._completing(plan)
        text = "\n\n".join(self._functions)
        tree = ast.fix_missing_locations(_Constants(self._constants).visit(ast.parse(text)))
        exec(compile(tree, "<plan>", "exec"), self._namespace)  # see above what it is made of
        waiting = [
            tuple(Waiting(field=field, complete=self._namespace[name]) for field, name in fields)
            for fields in self._waiting
        ]
        return Compiled(complete=self._namespace[complete], waiting=tuple(waiting), text=text)

    def name(self, prefix: str) -> str:
        """A name that nothing else has."""
        self._numbers += 1
        return f"{prefix}{self._numbers}"

    def constant(self, value: str | int) -> str:
        """The name that stands for a text or a number in the tree."""
        name = self.name("c")
        self._constants[name] = value
        return name

    def bound(self, prefix: str, value: Any) -> str:
        """The name of a value in the namespace."""
        name = self.name(prefix)
        self._namespace[name] = value
        return name

    def function(self, prefix: str, parameter: str, body: list[str]) -> str:
        """A function of this parameter and the run."""
        name = self.name(prefix)
        lines = [f"def {name}({parameter}, run):", *(_INDENT + line for line in body)]
        self._functions.append("\n".join(lines))
        return name

    def _completing(self, value: Value) -> str:
        """A function that completes one value."""
        body = _Body(self)
        body.complete(value, "value")
        body.count_fixed()
        return self.function("complete", "value", [*body.counting(body.lines), "return value"])

    def object(self, plan: Object) -> str:
        """A function that completes a list of the objects of one type."""
        met, meet = meeting(plan.type)
        seen, check = self.bound("met", met), self.bound("meet", meet)
        body = _Body(self)
        body.lines += [f"if source.__class__ not in {seen}:", f"{_INDENT}{check}(source)"]
        values = [body.field(plan, field) for field in plan.fields]
        names = [self.constant(field.name) for field in plan.fields]
        entries = ", ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True))
        body.lines += [f"row = {{{entries}}}", "add(row)"]
        size = size_of_names([field.name for field in plan.fields]) + body.fixed
        lines = [f"size = len(sources) * {size}", "rows = []", "add = rows.append"]
        lines += self._lines_of_waiting(plan, body)
        lines += ["for source in sources:", *(_INDENT + line for line in body.lines)]
        lines += [f"run.spend(len(sources) * {len(plan.fields)}, size)", "return rows"]
        return self.function("objects", "sources", lines)

    def _lines_of_waiting(self, plan: Object, body: _Body) -> list[str]:
        """Has each row of an object remembered, with the object, where fields of it come later."""
        fields = [field for field in plan.fields if field.waits]
        if not fields:
            return []
        number = len(self._waiting)
        self._waiting.append([])
        self._waiting[number] = [(field, self._completing(field.value)) for field in fields]
        body.lines.append("wait((source, row))")
        return [f"wait = run.waiting[{number}].append"]


class _Constants(ast.NodeTransformer):
    """Puts the values into the tree that names of the text stand for."""

    def __init__(self, values: dict[str, str | int]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """The constant that the name stands for, or the name."""
        return ast.Constant(self._values[node.id]) if node.id in self._values else node


class _Body:
    """The lines of one function, and how many bytes its values take that have a fixed size."""

    def __init__(self, module: _Module) -> None:
        self._module = module
        self.lines: list[str] = []
        self.fixed = 0
        self._counts = False

    def counting(self, lines: list[str]) -> list[str]:
        """The lines, with what their texts take counted behind them, where there are any."""
        return ["size = 0", *lines, "run.spend(0, size)"] if self._counts else lines

    def field(self, parent: Object, field: Field) -> str:
        """The lines that read a field and complete it; gives what stands for its value in the row."""
        if field.reader is None:
            self.fixed += len(parent.type.name)
            return self._module.constant(parent.type.name)
        if field.waits:
            return "None"
        variable = self._module.name("v")
        if isinstance(field.reader, GlobalId):
            self._global_id(field.reader, variable)
        elif isinstance(field.reader, Computed) and field.reader.of and isinstance(field.value.shape, Leaf):
            self._remembered(field.reader, field.value, variable)
        else:
            self.lines.append(f"{variable} = {self._read(field.reader)}")
            self.complete(field.value, variable)
        return variable

    def _read(self, reader: Any) -> str:
        if isinstance(reader, Attribute):
            return f"source.{reader.path}"
        function = self._module.bound("read", reader.function)
        return f"{function}(source, run.asked)" if reader.asks else f"{function}(source)"

    def _global_id(self, reader: GlobalId, variable: str) -> None:
        head = self._module.constant(f"{reader.type_name}:")
        self.lines.append(f"{variable} = b64(({head} + str(source.{reader.path})).encode(), newline=False).decode()")
        self._count(f"len({variable})")

    def _remembered(self, reader: Computed, value: Value, variable: str) -> None:
        """A leaf that follows from one attribute: each value of that is completed once in a process."""
        known = self._module.bound("known", {})
        key, inner = self._module.name("k"), _Body(self._module)
        inner.lines.append(f"{variable} = {self._read(reader)}")
        inner.complete(value, variable, counted=False)
        inner.lines.append(f"{known}[{key}] = {variable}")
        self.lines += [f"{key} = source.{reader.of}", f"{variable} = {known}.get({key})", f"if {variable} is None:"]
        self.lines += [_INDENT + line for line in inner.lines]
        assert isinstance(value.shape, Leaf)
        self._count_leaf(kind_of(value.shape.type), variable, nullable=value.nullable)

    def complete(self, value: Value, variable: str, *, counted: bool = True) -> None:
        """The lines that complete the value of a variable."""
        if isinstance(value.shape, Leaf):
            self._leaf(value.shape, variable, nullable=value.nullable, counted=counted)
            return
        inner = _Body(self._module)
        if isinstance(value.shape, Object):
            inner.lines.append(f"{variable} = {self._module.object(value.shape)}(({variable},), run)[0]")
        else:
            inner.many(value.shape, variable)
        self._counts |= inner._counts
        if value.nullable:
            self.lines += [f"if {variable} is not None:", *(_INDENT + line for line in inner.lines)]
        else:  # neither an object nor a list is made of None
            self.lines += inner.lines

    def many(self, plan: Many, variable: str) -> None:
        """The lines that complete a list."""
        self.lines += [f"if not isinstance({variable}, {self._module.bound('lists', (list, tuple))}):"]
        self.lines += [f"{_INDENT}raise NotPlain"]
        if isinstance(plan.item.shape, Object) and not plan.item.nullable:
            self.lines.append(f"{variable} = {self._module.object(plan.item.shape)}({variable}, run)")
            return
        items, item, inner = self._module.name("items"), self._module.name("item"), _Body(self._module)
        inner.complete(plan.item, item)
        inner.count_fixed()
        self._counts |= inner._counts
        loop = [*inner.lines, f"{items}.append({item})"]
        self.lines += [f"{items} = []", f"for {item} in {variable}:", *(_INDENT + line for line in loop)]
        self.lines.append(f"{variable} = {items}")

    def _leaf(self, plan: Leaf, variable: str, *, nullable: bool, counted: bool) -> None:
        """The lines that coerce a leaf as its type does; what is of the usual class is left as it is."""
        kind = kind_of(plan.type)
        if kind is LeafKind.ENUM:
            lines = self._enum(plan, variable)
        else:
            coerce = self._module.bound("coerce", checked(plan.type))
            unusual = leaves.UNUSUAL[kind].format(variable)
            lines = [f"if {unusual}:", f"{_INDENT}{variable} = {coerce}({variable})"] if unusual else []
            lines = lines or [f"{variable} = {coerce}({variable})"]
        if nullable:
            lines = [f"if {variable} is not None:", *(_INDENT + line for line in lines)]
        self.lines += lines
        if counted:
            self._count_leaf(kind, variable, nullable=nullable)

    def _enum(self, plan: Leaf, variable: str) -> list[str]:
        """The names of an enum's values, each found once in a process."""
        names, coerce = self._module.bound("names", {}), self._module.bound("coerce", checked(plan.type))
        key = self._module.name("k")
        return [
            f"{key} = {variable}",
            f"{variable} = {names}.get({key})",
            f"if {variable} is None:",
            f"{_INDENT}{variable} = {names}[{key}] = {coerce}({key})",
        ]

    def _count_leaf(self, kind: LeafKind, variable: str, *, nullable: bool) -> None:
        if kind is LeafKind.TEXT or kind is LeafKind.ENUM:
            self._count(f"len({variable}) if {variable}.isascii() else long({variable})", variable, nullable=nullable)
        elif kind is LeafKind.OTHER:
            measure = self._module.bound("measure", leaves.size_of)
            self._count(f"{measure}({variable})", variable, nullable=nullable)
        elif nullable:
            self._count(str(leaves.NUMBER), variable, nullable=True)
        else:
            self.fixed += leaves.NUMBER

    def count_fixed(self) -> None:
        """Count what has a fixed size here, and not with each row."""
        if self.fixed:
            self._count(str(self.fixed))
            self.fixed = 0

    def _count(self, size: str, variable: str = "", *, nullable: bool = False) -> None:
        self._counts = True
        line = f"size += {size}"
        self.lines += [f"if {variable} is not None:", _INDENT + line] if nullable else [line]
