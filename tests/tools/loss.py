"""Lost packets on purpose: nft drops a share of the RTP that comes to a range of ports."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.tools.needs import requires

_TABLE = "trunkline_loss"


@dataclass(frozen=True, slots=True)
class Loss:
    """What is dropped now, in the network namespace of whoever made it."""

    nft: str

    @property
    def true_pct(self) -> float:
        """What was really lost so far, by the kernel's own count."""
        told = subprocess.run(
            [self.nft, "-j", "list", "counters", "table", "inet", _TABLE],
            check=True,
            capture_output=True,
        ).stdout
        found = [item["counter"] for item in json.loads(told)["nftables"] if "counter" in item]
        packets = {counter["name"]: counter["packets"] for counter in found}
        return 100 * float(packets["lost"]) / max(1, packets["seen"])


@contextmanager
def losing(percent: int, ports: str) -> Iterator[Loss]:
    """Lose this share of the RTP to even ports of a range such as `16000-16999`; RTCP comes."""
    nft = str(requires("nft"))
    rules = f"""
    table inet {_TABLE} {{
      counter seen {{ }}
      counter lost {{ }}
      chain input {{
        type filter hook input priority 0; policy accept;
        udp dport {ports} @th,16,16 & 1 == 0 counter name "seen" jump lose
      }}
      chain lose {{
        numgen random mod 100 < {percent} counter name "lost" drop
      }}
    }}
    """
    subprocess.run([nft, "-f", "-"], input=rules.encode(), check=True)
    try:
        yield Loss(nft)
    finally:
        subprocess.run([nft, "delete", "table", "inet", _TABLE], check=True)
