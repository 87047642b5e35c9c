"""`python -m tools.native`, in a clone: compile the core beside its sources (`make native`).

Python prefers a compiled module to the source beside it, so nothing else has to know. The core
decides the same either way, byte by byte. gcc and the headers of Python are needed.
"""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path

from mypyc.build import mypycify
from setuptools import setup

from tools.native.written_out import CORE, MODULES, write_out

SRC = Path("src")
BUILT = Path("build/native")
GROUP = "trunkline_core"
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")


def build() -> None:
    """Compile the modules and put them beside their sources, whose old ones go first."""
    _clean()
    _say(f"writing out {len(MODULES)} modules")
    write_out(SRC, BUILT)
    _say("translating them to C, and compiling that")
    _compile()
    for one in BUILT.rglob(f"*{SUFFIX}"):
        if "build" not in one.relative_to(BUILT).parts:
            shutil.copy(one, SRC / one.relative_to(BUILT))
    _say("done")


def _clean() -> None:
    for one in SRC.rglob("*.so"):
        one.unlink()
    shutil.rmtree(BUILT, ignore_errors=True)


def _compile() -> None:
    here = Path.cwd()
    os.chdir(BUILT)
    paths = [str(CORE / f"{module}.py") for module in MODULES]
    setup(
        name=GROUP,
        ext_modules=mypycify(
            ["--strict", *paths], opt_level="2", debug_level="0", group_name=GROUP
        ),
        script_args=["--quiet", "build_ext", "--inplace"],
    )
    os.chdir(here)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    build()
