"""What codecs take from the quality of a talk, and how well they bear lost packets."""

from __future__ import annotations

from trunkline.core.records import record


@record(frozen=True, slots=True)
class Codec:
    """`ie` and `bpl` of ITU-T G.113; `delay_ms` is a packet of it and what it looks ahead."""

    name: str
    ie: float
    bpl: float
    delay_ms: float


# G.113 (11/2007) appendix I, table I.4: G.711 with the concealment of its own appendix I, which
# telephones and browsers have, and without.
PCMU = Codec("PCMU", ie=0, bpl=25.1, delay_ms=20)
PCMA = Codec("PCMA", ie=0, bpl=25.1, delay_ms=20)
G711_BARE = Codec("G711 without concealment", ie=0, bpl=4.3, delay_ms=20)
# Wide-band codecs are rated on the narrow-band scale, where nothing is given for their width: the
# scales of G.107.1 and G.107.2 do not compare with that of the telephone beside them. G.722 bears
# loss as G.711 does with concealment (its appendices III and IV); for Opus G.113 has no values,
# these stand below what its own concealment and in-band repair reach in published tests.
G722 = Codec("G722", ie=0, bpl=25.1, delay_ms=22)
OPUS = Codec("opus", ie=0, bpl=20.0, delay_ms=26.5)
UNKNOWN = PCMU

_NAMES = {
    "g711": PCMU,
    "ulaw": PCMU,
    "alaw": PCMA,
    "pcmu": PCMU,
    "pcma": PCMA,
    "g722": G722,
    "opus": OPUS,
}


def codec(name: str) -> Codec:
    """The codec of a name, in any case, as SDP or Asterisk writes it; rated as G.711 if unknown."""
    return _NAMES.get(name.lower(), UNKNOWN)
