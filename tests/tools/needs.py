"""What a test needs of the machine: present, or said loudly; in CI a lack is a failure."""

import os
import shutil
from pathlib import Path

import pytest

from trunkline.adapters.edge.asterisk.root import KAMAILIO, find

PACKAGES = {
    "chromium": "chromium",
    "ip": "iproute2",
    "mmdebstrap": "mmdebstrap",
    "nft": "nftables",
    "node": "nodejs",
    "sipp": "sip-tester",
}


def in_ci() -> bool:
    """Whether nothing may be skipped."""
    return os.environ.get("TRUNKLINE_CI") == "1"


def lack(reason: str) -> None:
    """End the test: it cannot run here, and that is a failure where everything must run."""
    if in_ci():
        pytest.fail(f"NOT RUN: {reason}", pytrace=False)
    pytest.skip(f"NOT RUN: {reason}")


def requires(tool: str) -> Path:
    """The path of a program, or the end of the test with the command that mends it."""
    found = shutil.which(tool, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        lack(f"{tool} is missing; as root: apt-get install {PACKAGES.get(tool, tool)}")
    return Path(found or tool)


def requires_root(why: str) -> None:
    """End the test unless we are root."""
    if os.geteuid() != 0:
        lack(f"only root can {why}")


def requires_asterisk() -> Path:
    """The root under which Asterisk stands (`/` for the machine's own), or the end of the test."""
    default = Path(__file__).parents[2] / ".local" / "asterisk"
    root = Path(os.environ.get("TRUNKLINE_ASTERISK_ROOT") or default)
    if (root / ".trunkline-version").exists():
        return root
    if shutil.which("asterisk") is None:
        lack("Asterisk is missing; as root: trunkline telephony install")
    return Path("/")


def requires_kamailio() -> None:
    """End the test unless Kamailio's private root is there."""
    if find(of=KAMAILIO) is None:
        lack("Kamailio is missing; as root: trunkline telephony install --kamailio")
