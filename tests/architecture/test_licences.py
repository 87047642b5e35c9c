"""The default install holds nothing under the GPL or the AGPL, bundled libraries included."""

import json
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from tests.architecture.sources import ROOT

# LGPL is allowed: it is linked as a library that anyone may exchange.
COPYLEFT = re.compile(r"\bA?GPL|(?<!Lesser )General Public|Affero", re.IGNORECASE)
LIBRARY = re.compile(r"/lib[^/]+\.(so|dylib|dll)[.\d]*$")
# Shared libraries that wheels carry, with their licences. A new one is looked at, then added.
BUNDLED = {
    "libgfortran": "GPL-3.0 with the GCC runtime library exception: no duty for who links it",
    "libopenblas": "BSD-3-Clause",
    "libquadmath": "LGPL-2.1",
    "libscipy_openblas64_": "BSD-3-Clause",
    "libsndfile": "LGPL-2.1, with FLAC, Ogg, Opus, Vorbis (BSD), LAME and mpg123 (LGPL)",
}


def default_install() -> Iterator[Distribution]:
    """Every distribution that `pip install trunkline` brings on this machine."""
    locked = (ROOT / "requirements" / "core.txt").read_text()
    for name in re.findall(r"^([a-z0-9._-]+)==", locked, re.MULTILINE):
        try:
            yield distribution(name)
        except PackageNotFoundError:  # locked for another platform
            continue


# Under which the packages that are built into the pages may be handed on.
PAGES = {"MIT", "ISC", "Apache-2.0", "OFL-1.1"}


def test_no_package_of_the_default_install_is_copyleft() -> None:
    said = {package.name: licence(package) for package in default_install()}
    assert {name: text for name, text in said.items() if not text or COPYLEFT.search(text)} == {}


def test_every_bundled_library_is_known() -> None:
    unknown = [
        f"{package.name}: {path}"
        for package in default_install()
        for path in map(str, package.files or [])
        if LIBRARY.search(path) and library(path) not in BUNDLED
    ]
    assert unknown == []


def test_what_is_built_into_the_pages_may_be_handed_on() -> None:
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    built_in = {name: said for name, said in packages.items() if name and not said.get("dev")}
    assert {name for name, said in built_in.items() if said.get("license") not in PAGES} == set()


def licence(package: Distribution) -> str:
    """What the package says of its licence: expression, classifiers, or the old field's start."""
    said = package.metadata
    classified = [line for line in said.get_all("Classifier") or [] if line.startswith("License")]
    named = said.get("License-Expression") or " ".join(classified)
    return named or (said.get("License") or "")[:100]


def library(path: str) -> str:
    """A library's name without version, hash and platform: libgfortran-a1b2.so.5 → libgfortran."""
    return re.split(r"[-.]|_x86|_arm|_aarch", path.rpartition("/")[2])[0]
