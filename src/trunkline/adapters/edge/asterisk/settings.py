"""What one instance of Asterisk is given: its directory, addresses, limits and secrets."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trunkline.adapters.edge.asterisk.root import DATA_INSIDE, Installation
from trunkline.adapters.edge.chroot import owner_for
from trunkline.adapters.edge.private import write_private
from trunkline.kit.ids import secret_text

if TYPE_CHECKING:
    from pathlib import Path

APP = "trunkline"
"""Name of our Stasis application, of the ARI and AMI user, and of the realm."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Passwords between us and this instance; they stand in its directory, readable by us only."""

    ari: str
    ami: str

    def ari_headers(self) -> dict[str, str]:
        """What every request to ARI carries (RFC 7617)."""
        token = base64.b64encode(f"{APP}:{self.ari}".encode()).decode()
        return {"Authorization": f"Basic {token}"}


@dataclass(frozen=True, slots=True)
class Limits:
    """When new calls are refused with 503 so that those that run keep well.

    Asterisk alone takes 200 calls/s of signalling on one core and 300 recorded calls; with all that
    we do for a call on the same core about 80 a second can be kept up, and a burst can be absorbed.
    """

    legs: int = 600
    arrivals_per_s: float = 80.0
    burst: int = 180


@dataclass(frozen=True, slots=True)
class Behind:
    """The SIP proxy that this instance stands behind.

    It says in a header whose a call is, and is believed for the secret that goes with it.
    """

    host: str
    port: int
    secret: str


@dataclass(frozen=True, slots=True)
class AsteriskSettings:
    """One instance; several live side by side with their own directories and ports."""

    directory: Path
    installation: Installation
    http_port: int
    ami_port: int
    sip_host: str = "127.0.0.1"
    sip_port: int = 5060
    rtp_ports: tuple[int, int] = (20000, 20999)
    name: str = "edge"
    external_address: str | None = None
    """Our address as the outside sees it, when we stand behind NAT."""
    silent_leg_s: int = 120
    """A leg from which no sound came for so long is lost; 0 never."""
    limits: Limits = field(default_factory=Limits)
    behind: Behind | None = None
    """When set, callers and devices come by a proxy; trunks and fixed devices are dialled here."""

    @property
    def inside(self) -> Path:
        """The instance's directory as Asterisk sees it."""
        return self.directory.resolve() if self.installation.root is None else DATA_INSIDE

    @property
    def spool(self) -> Path:
        """Where recordings are written, as we see it."""
        return self.directory / "spool"

    @property
    def sounds(self) -> Path:
        """Where prompts and music lie, as we see it."""
        return self.directory / "sounds"

    @property
    def owner(self) -> tuple[int, int] | None:
        """User and group that Asterisk runs as in a private root; None: as we do.

        A port below 1024 is open to root only.
        """
        return owner_for(self.installation.root, self.sip_port)

    @property
    def secrets_file(self) -> Path:
        """Our passwords to Asterisk; its own copies stand in `etc`."""
        return self.directory / "secrets.json"

    def secrets(self) -> Secrets:
        """This instance's secrets, drawn at the first call."""
        path = self.secrets_file
        if not path.is_file():
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(path, json.dumps({"ari": secret_text(), "ami": secret_text()}))
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))


def give(path: Path, owner: tuple[int, int] | None) -> None:
    """Let Asterisk own a file or directory of its instance, where it runs as another than we."""
    if owner is not None:
        os.chown(path, *owner, follow_symlinks=False)
