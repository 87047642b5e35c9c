"""A module of the core as mypyc compiles it well: the constructors of its dataclasses written out.

mypyc makes the fields of a dataclass quick, not its making, which stays the interpreted `__init__`
that `dataclasses` draws. It also forgets annotations, which the codec reads. So each dataclass gets
its constructor as source, and its annotations back after it. A member of an enum is looked up each
time it is named, by a metaclass that is interpreted too, so a module that names one looks it up
once; and a constant is declared final, or it would be looked up by name. All else stays as it is
written. Classes that stand in no journal are plain ones: some name
types that are only there for checking.
"""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CORE = Path("trunkline/core")
DECORATORS = ("record", "dataclass")
IMPORTS = "from dataclasses import dataclass as _dataclass\nfrom typing import Final as _Final"
ENUMS = ("StrEnum", "IntEnum", "Enum")
UNKEPT = frozenset({"Choice", "Fit", "Group", "Line", "Match", "Plan", "Pool", "Stage", "Turn"})
"""Dataclasses that are never encoded, copied or compared by value."""

MODULES = (
    *("cell", "turn", "state", "interaction", "agent", "arrivals", "config", "inputs", "commands"),
    *("apply", "apply_flows", "apply_waits", "apply_talks", "apply_agents"),
    *("facts", "queue_facts", "talk_facts", "agent_facts"),
    *("acd/engine", "acd/announcing", "acd/offering", "acd/policy", "acd/explaining"),
    *("acd/lines", "acd/groups", "acd/plans", "acd/pools", "acd/order", "acd/pace", "acd/ewt"),
    *("acd/waits", "acd/watch", "acd/strategies", "acd/rules"),
    *("call/commands", "call/events", "call/engine", "call/legs", "call/endings", "call/passing"),
    *("call/dropping", "call/recording", "call/room", "flow/engine", "presence/machine"),
)
"""What every call goes through; the rest of the core is seldom asked, and stays as it is."""

Field = tuple[str, ast.expr, ast.expr | None]


def write_out(src: Path, into: Path) -> None:
    """Copy the core of `src` to the folder `into`, with its `MODULES` written out."""
    shutil.copytree(src / CORE, into / CORE, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    shutil.copy(src / "trunkline/__init__.py", into / "trunkline")
    enums = enums_of(path.read_text() for path in (src / CORE).rglob("*.py"))
    for module in MODULES:
        path = into / CORE / f"{module}.py"
        path.write_text(written_out(path.read_text(), enums))


def enums_of(texts: Iterable[str]) -> frozenset[str]:
    """The names of the enums that are defined in these sources."""
    return frozenset(
        one.name
        for text in texts
        for one in ast.parse(text).body
        if isinstance(one, ast.ClassDef) and any(ast.unparse(b) in ENUMS for b in one.bases)
    )


def written_out(text: str, enums: frozenset[str] = frozenset()) -> str:
    """The module's source, changed so; members of these enums are looked up once."""
    tree = ast.parse(text)
    _look_up_once(tree, enums)
    tree.body = [_final(one) for one in tree.body]
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
    tree.body = [*body[:after], *ast.parse(IMPORTS).body, *body[after:]]
    return ast.unparse(ast.fix_missing_locations(tree))


class _Members(ast.NodeTransformer):
    """Names, within functions, each member of some enums by a constant of the module."""

    def __init__(self, enums: frozenset[str]) -> None:
        self.enums = enums
        self.named: dict[str, set[str]] = {}

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
        """A plain name in a pattern would be bound, not compared."""
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`Place.ENDED` becomes `_Place_ENDED`."""
        owner = node.value
        if not (isinstance(owner, ast.Name) and owner.id in self.enums and node.attr.isupper()):
            return self.generic_visit(node)
        self.named.setdefault(owner.id, set()).add(node.attr)
        return ast.copy_location(ast.Name(f"_{owner.id}_{node.attr}", node.ctx), node)


def _look_up_once(tree: ast.Module, enums: frozenset[str]) -> None:
    """Give the module a constant for each member that its functions name."""
    bound = {name: at for at, one in enumerate(tree.body) for name in _bound(one) if name in enums}
    members = _Members(frozenset(bound))
    for function in _functions(tree):
        function.body = [members.visit(one) for one in function.body]
    for name, at in sorted(bound.items(), key=lambda one: -one[1]):
        lines = [f"_{name}_{one}: _Final = {name}.{one}" for one in members.named.get(name, ())]
        tree.body[at + 1 : at + 1] = ast.parse("\n".join(sorted(lines))).body


def _final(statement: ast.stmt) -> ast.stmt:
    """A constant of the module, declared so: a name in capitals."""
    match statement:
        case ast.Assign([ast.Name(name)], value) if name.isupper():
            return ast.AnnAssign(ast.Name(name), ast.Name("_Final"), value, simple=1)
        case ast.AnnAssign(ast.Name(name), annotation, ast.expr()) if name.isupper():
            if "Final" not in ast.unparse(annotation):
                statement.annotation = ast.Subscript(ast.Name("_Final"), annotation)
    return statement


def _bound(statement: ast.stmt) -> list[str]:
    """What a statement of the module's own level imports or defines."""
    if isinstance(statement, ast.ImportFrom):
        return [one.asname or one.name for one in statement.names]
    return [statement.name] if isinstance(statement, ast.ClassDef) else []


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    classes = (one for one in tree.body if isinstance(one, ast.ClassDef))
    owners: list[ast.Module | ast.ClassDef] = [tree, *classes]
    return [one for owner in owners for one in owner.body if isinstance(one, ast.FunctionDef)]


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
