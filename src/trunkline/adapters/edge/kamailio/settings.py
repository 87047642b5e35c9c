"""What Kamailio is given: its directory, its addresses, the nodes behind it and the secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.adapters.edge.asterisk.root import DATA_INSIDE
from trunkline.adapters.edge.chroot import owner_for
from trunkline.adapters.edge.private import write_private
from trunkline.kit.ids import secret_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from trunkline.adapters.edge.asterisk.root import Installation
    from trunkline.adapters.edge.chroot import Owner


@dataclass(frozen=True, slots=True)
class KamailioSettings:
    """One Kamailio; `nodes` are names and SIP ports of the engines, on the same address."""

    directory: Path
    installation: Installation
    host: str
    port: int
    control_port: int
    nodes: Mapping[str, int]

    @property
    def inside(self) -> Path:
        """The directory as Kamailio sees it."""
        return self.directory.resolve() if self.installation.root is None else DATA_INSIDE

    @property
    def owner(self) -> Owner:
        """User and group that it runs as."""
        return owner_for(self.installation.root, self.port)

    def uri(self, node: str) -> str:
        """A node's address, as the dispatcher names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"sip:{host}:{self.nodes[node]}"

    def secret(self) -> str:
        """What proves to Asterisk, and to Kamailio's control, who speaks; drawn at first."""
        path = self.directory / "secrets.json"
        if not path.is_file():
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(path, json.dumps({"door": secret_text()}))
        return str(json.loads(path.read_text(encoding="utf-8"))["door"])
