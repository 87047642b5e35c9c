"""What is installed is named by hash, never by address."""

import json
import re
import tomllib

from tests.architecture.sources import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
ADDRESS = re.compile(r"https?://|--index|--find-links")


def test_locked_requirements_hold_hashes_and_no_addresses() -> None:
    assert LOCKS
    for lock in LOCKS:
        text = lock.read_text()
        assert not ADDRESS.search(text), lock.name
        assert text.count("==") <= text.count("--hash=sha256:"), lock.name


def test_every_dependency_of_the_package_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = (ROOT / "requirements" / "core.txt").read_text()
    for need in project["dependencies"]:
        name = re.split(r"[\[<>=;~!]", need)[0]
        assert re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE), need


def test_the_lock_of_the_pages_holds_hashes_and_no_addresses() -> None:
    text = (ROOT / "web" / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert not ADDRESS.search(text)
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
