"""Rules of the architecture that import-linter cannot say; it holds rings and lattice itself."""

import re
import sys
from fnmatch import fnmatch
from pathlib import PurePath

from tests.architecture.sources import PACKAGE, Module, modules

# What would let the world into the core: clocks, chance, input and output.
IMPURE = {
    "asyncio", "concurrent", "datetime.datetime.now", "http", "io", "logging", "multiprocessing",
    "os", "pathlib", "queue", "random", "secrets", "select", "shutil", "signal", "socket",
    "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
IMPURE_CALLS = r"(open|print|input|.*\.(now|utcnow|today))"
SQL_PLACES = (
    "features/*/store.py", "features/*/*_store.py", "adapters/sql/*", "ports/database.py",
    "kit/prepared.py",
)  # fmt: skip
SQL = re.compile(r"\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s.+\sSET|DELETE\s+FROM)\s", re.DOTALL)
# A task group keeps its tasks itself; what these give back must be kept by the caller.
STARTS_A_TASK = r"asyncio\.(create_task|ensure_future)|.*loop(\(\))?\.create_task"


def test_the_core_stands_on_the_standard_library_and_itself() -> None:
    strangers = [
        f"{module.place} imports {name}"
        for module in modules("core")
        for name in module.imports()
        if not name.startswith("trunkline.core") and not _is_pure(name)
    ]
    assert strangers == []


def test_the_core_reads_no_clock_and_touches_no_file() -> None:
    touches = [
        f"{module.place} calls {call}"
        for module in modules("core")
        for call in module.calls()
        if re.fullmatch(IMPURE_CALLS, call)
    ]
    assert touches == []


def test_a_feature_is_entered_by_its_front_door() -> None:
    break_ins = [
        f"{module.place} imports {name}"
        for module in modules()
        for name in module.imports()
        if _goes_behind_the_door(module, name)
    ]
    assert break_ins == []


def test_sql_stands_only_in_stores_and_the_sql_adapter() -> None:
    elsewhere = [
        module.place
        for module in modules()
        if not any(fnmatch(module.place, place) for place in SQL_PLACES)
        and (_imports_sql(module) or any(SQL.match(text) for text in module.strings()))
    ]
    assert elsewhere == []


def test_no_task_is_started_and_forgotten() -> None:
    orphans = [
        f"{module.place} forgets {call}"
        for module in modules()
        for call in module.forgotten_calls()
        if re.fullmatch(STARTS_A_TASK, call)
    ]
    assert orphans == []


def test_every_feature_has_a_front_door() -> None:
    folders = [path for path in (PACKAGE / "features").iterdir() if path.name != "__pycache__"]
    doors = [path for path in folders if path.is_dir() and not (path / "__init__.py").exists()]
    assert doors == []


def _is_pure(name: str) -> bool:
    top = name.partition(".")[0]
    return top in sys.stdlib_module_names and top not in IMPURE


def _goes_behind_the_door(module: Module, name: str) -> bool:
    """A name behind the door is a module of another feature, or something inside one."""
    feature, _, rest = name.removeprefix("trunkline.features.").partition(".")
    if not name.startswith("trunkline.features.") or not rest:
        return False
    inside = PurePath("features", feature) in PurePath(module.place).parents
    return not inside and _is_module(feature, rest.partition(".")[0])


def _is_module(feature: str, part: str) -> bool:
    folder = PACKAGE / "features" / feature
    return (folder / f"{part}.py").exists() or (folder / part / "__init__.py").exists()


def _imports_sql(module: Module) -> bool:
    return any(name.partition(".")[0] in {"sqlalchemy", "sqlite3"} for name in module.imports())
