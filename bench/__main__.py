"""`python -m bench [NAME …]`: runs benches, telephony in a network namespace."""

import importlib
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.report import Report

TELEPHONY = ("gap", "call", "import", "voice")
PURE = ("routing", "ewt", "policy")
ALONE = (*PURE, "embedded")
"""What runs on the machine as it is: the embedded engine needs an address that is no loopback."""
BENCHES = (*TELEPHONY, *ALONE)
MODULES = {"import": "import_"}
"""Where a bench's name is a word of the language."""
NAMESPACE = "tl-bench"
EMBEDDED_AT = "198.18.0.1/32"
"""The embedded engine needs an address that is no loopback."""
INSIDE = "TRUNKLINE_BENCH_INSIDE"


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no such bench: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
        return 2
    wanted = names or list(BENCHES)
    if not os.environ.get(INSIDE):
        _run([name for name in wanted if name in ALONE])
    networked = [name for name in wanted if name in TELEPHONY]
    return _on_a_network(networked) if networked else 0


def _on_a_network(names: list[str]) -> int:
    missing = [tool for tool in ("ip", "sipp", "taskset") if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        needed = ", ".join(missing) or "nothing more"
        print(f"needs root and {needed}: apt-get install iproute2 sip-tester")
        return 2
    if os.environ.get(INSIDE):
        return _run(names)
    return _in_namespace(names)


def _run(names: list[str]) -> int:
    for name in names:
        report: Report = importlib.import_module(f"bench.{MODULES.get(name, name)}").measure()
        report.show()
        report.save()
    return 0


def _in_namespace(names: list[str]) -> int:
    """Again, in a namespace that has a loopback, an address on it, and nothing else."""
    subprocess.run(["ip", "netns", "add", NAMESPACE], check=True)
    try:
        subprocess.run(["ip", "-n", NAMESPACE, "link", "set", "lo", "up"], check=True)
        outside = ["address", "add", EMBEDDED_AT, "dev", "lo"]
        subprocess.run(["ip", "-n", NAMESPACE, *outside], check=True)
        command = ["ip", "netns", "exec", NAMESPACE, sys.executable, "-m", "bench", *names]
        return subprocess.run(command, env={**os.environ, INSIDE: "1"}, check=False).returncode
    finally:
        subprocess.run(["ip", "netns", "del", NAMESPACE], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
