"""The package's own sources as trees, for rules that a linter does not know."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "trunkline"


@dataclass(frozen=True, slots=True)
class Module:
    """One source file: where it stands in the package, and its tree."""

    place: str  # e.g. features/tickets/store.py
    tree: ast.Module

    def imports(self) -> Iterator[str]:
        """Every dotted name that the module imports, `from a import b` as a.b."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def calls(self) -> Iterator[str]:
        """Every call, as it is written: `clock.now`, `open`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func)

    def forgotten_calls(self) -> Iterator[str]:
        """Every call whose result is thrown away, as it is written."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                yield ast.unparse(node.value.func)

    def strings(self) -> Iterator[str]:
        """Every text constant."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def modules(under: str = "") -> list[Module]:
    """All modules of the package, or those under one folder."""
    files = sorted((PACKAGE / under).rglob("*.py"))
    return [Module(str(file.relative_to(PACKAGE)), ast.parse(file.read_text())) for file in files]
