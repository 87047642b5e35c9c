"""A module of the core as mypyc compiles it well: the constructors of its dataclasses written out.

mypyc makes the fields of a dataclass quick, not its making, which stays the interpreted `__init__`
that `dataclasses` draws. It also forgets annotations, which the codec reads. So each dataclass gets
its constructor as source, and its annotations back after it; all else stays as it is written.
Classes that stand in no journal are plain ones: some name types that are only there for checking.
"""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

CORE = Path("trunkline/core")
DECORATORS = ("record", "dataclass")
IMPORT = "from dataclasses import dataclass as _dataclass"
UNKEPT = frozenset({"Choice", "Group", "Line", "Match", "Plan", "Pool", "Stage", "Turn"})
"""Dataclasses that are never encoded, copied or compared by value."""

MODULES = (
    *("cell", "turn", "state", "interaction", "agent", "arrivals", "config", "inputs", "commands"),
    *("apply", "apply_flows", "apply_waits", "apply_talks", "apply_agents"),
    *("facts", "queue_facts", "talk_facts", "agent_facts"),
    *("acd/engine", "acd/offering", "acd/policy", "acd/lines", "acd/pools", "acd/order"),
    *("acd/pace", "acd/ewt", "acd/waits", "acd/watch", "acd/strategies", "acd/rules"),
    *("call/commands", "call/events", "call/engine", "call/legs", "call/endings"),
    *("call/dropping", "call/recording", "call/room", "flow/engine", "presence/machine"),
)
"""What every call goes through; the rest of the core is seldom asked, and stays as it is."""

Field = tuple[str, ast.expr, ast.expr | None]


def write_out(src: Path, into: Path) -> None:
    """Copy the core of `src` to the folder `into`, with its `MODULES` written out."""
    shutil.copytree(src / CORE, into / CORE, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    shutil.copy(src / "trunkline/__init__.py", into / "trunkline")
    for module in MODULES:
        path = into / CORE / f"{module}.py"
        path.write_text(written_out(path.read_text()))


def written_out(text: str) -> str:
    """The module's source, changed so."""
    tree = ast.parse(text)
    body: list[ast.stmt] = []
    for statement in tree.body:
        decorator = _decorator(statement)
        if not isinstance(statement, ast.ClassDef) or decorator is None:
            body.append(statement)
            continue
        fields = _fields(statement)
        _write_constructor(statement, fields)
        if statement.name in UNKEPT:
            statement.decorator_list = []
            statement.body = [one for one in statement.body if not isinstance(one, ast.AnnAssign)]
            body.append(statement)
        else:
            statement.decorator_list = [_plain(decorator)]
            body += [statement, _annotations(statement.name, fields)]
    after = 1 + max(at for at, one in enumerate(body) if _is_future(one))
    tree.body = [*body[:after], *ast.parse(IMPORT).body, *body[after:]]
    return ast.unparse(ast.fix_missing_locations(tree))


def _decorator(statement: ast.stmt) -> ast.Call | None:
    for one in statement.decorator_list if isinstance(statement, ast.ClassDef) else ():
        if isinstance(one, ast.Call) and ast.unparse(one.func) in DECORATORS:
            return one
    return None


def _plain(decorator: ast.Call) -> ast.expr:
    """The decorator of a dataclass that has its constructor; a record is hashed by its fields."""
    kept = [one for one in decorator.keywords if one.arg == "eq"]
    if ast.unparse(decorator.func) == "record":
        kept.append(ast.keyword("unsafe_hash", ast.Constant(True)))
    return ast.Call(ast.Name("_dataclass"), [], [ast.keyword("init", ast.Constant(False)), *kept])


def _fields(kind: ast.ClassDef) -> list[Field]:
    return [
        (one.target.id, one.annotation, one.value)
        for one in kind.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    ]


def _write_constructor(kind: ast.ClassDef, fields: list[Field]) -> None:
    if not fields:
        return
    parameters = ", ".join(["self", *(_parameter(*field) for field in fields)])
    lines = [f"    self.{name} = {_value(name, default)}" for name, _, default in fields]
    text = f"def __init__({parameters}) -> None:\n" + "\n".join(lines)
    last = max(at for at, one in enumerate(kind.body) if isinstance(one, ast.AnnAssign))
    kind.body.insert(last + 1, ast.parse(text).body[0])


def _parameter(name: str, annotation: ast.expr, default: ast.expr | None) -> str:
    typed = f"{name}: {ast.unparse(annotation)}"
    if default is None:
        return typed
    return f"{typed} | None = None" if _factory(default) else f"{typed} = {ast.unparse(default)}"


def _value(name: str, default: ast.expr | None) -> str:
    factory = _factory(default)
    if factory is None:
        return name
    body = factory.body if isinstance(factory, ast.Lambda) else ast.Call(factory, [], [])
    return f"{ast.unparse(body)} if {name} is None else {name}"


def _factory(default: ast.expr | None) -> ast.expr | None:
    """What makes the default, where it is made anew each time."""
    if not (isinstance(default, ast.Call) and ast.unparse(default.func) == "field"):
        return None
    return next(one.value for one in default.keywords if one.arg == "default_factory")


def _annotations(kind: str, fields: list[Field]) -> ast.stmt:
    texts = {name: ast.unparse(annotation) for name, annotation, _ in fields}
    return ast.parse(f"setattr({kind}, '__annotations__', {texts!r})").body[0]


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
