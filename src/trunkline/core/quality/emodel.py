"""The E-model: how a talk over a network is rated, from delay, loss and codec.

ITU-T G.107 (06/2015), the narrow-band model, with the default of every parameter that a contact
centre cannot know (table 2 there): loudness, noise and echo loss of the telephones. What is
measured enters as one-way delay (Ta = T = Tr/2) and packet loss (Ie,eff, clause 3.5). The names
of the parts are the Recommendation's.
"""

from __future__ import annotations

from math import exp, log10, sqrt

from trunkline.core.quality.codecs import Codec
from trunkline.core.records import record

SLR, RLR = 8.0, 2.0
STMR, LSTR = 15.0, 18.0
DS = 3.0
TELR, WEPL = 65.0, 110.0
QDU = 1.0
NC, NFOR = -70.0, -64.0
PS = PR = 35.0
_OLR = SLR + RLR

R_MOST = 100.0
MOS_LEAST, MOS_MOST = 1.0, 4.5


@record(frozen=True, slots=True)
class Rating:
    """How a talk is rated: `r` from 0 (useless) to 93.2 (the default path), `mos` from 1 to 4.5."""

    r: float
    mos: float


def rated(codec: Codec, loss_pct: float, delay_ms: float, burst_ratio: float = 1.0) -> Rating:
    """The rating of one direction: loss in percent of packets, delay one way from mouth to ear.

    `burst_ratio` (BurstR) is 1 for random loss; more when lost packets stand together.
    """
    r = max(0.0, _r(codec, loss_pct, delay_ms, burst_ratio))
    return Rating(r, mos(r))


def mos(r: float) -> float:
    """The mean opinion score of a conversation that is rated R (G.107, annex B)."""
    if r <= 0:
        return MOS_LEAST
    if r >= R_MOST:
        return MOS_MOST
    return max(MOS_LEAST, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)


def impaired_by(codec: Codec, loss_pct: float, burst_ratio: float = 1.0) -> float:
    """Ie,eff: what codec and loss take from R (G.107, equation 7-29)."""
    if loss_pct <= 0:
        return codec.ie
    lost = loss_pct / (loss_pct / burst_ratio + codec.bpl)
    return codec.ie + (95 - codec.ie) * lost


def _r(codec: Codec, loss_pct: float, delay_ms: float, burst_ratio: float) -> float:
    noise = _noise()
    signal = 15 - 1.5 * (SLR + noise)
    sidetone = _sidetone(delay_ms)
    simultaneous = _too_loud(noise) + sidetone + _quantized(signal)
    delayed = (
        _talker_echo(noise, sidetone, delay_ms)
        + _listener_echo(signal, 2 * delay_ms)
        + _too_long(delay_ms)
    )
    return signal - simultaneous - delayed - impaired_by(codec, loss_pct, burst_ratio)


def _noise() -> float:
    """No: all noises as one at the 0 dBr point, dBm0p (7-3 to 7-7)."""
    sent = PS - SLR - DS - 100 + 0.004 * (PS - _OLR - DS - 14) ** 2
    heard = PR + 10 * log10(1 + 10 ** ((10 - LSTR) / 10))
    received = RLR - 121 + heard + 0.008 * (heard - 35) ** 2
    floor = NFOR + RLR
    return 10 * log10(sum(10 ** (n / 10) for n in (NC, sent, received, floor)))


def _too_loud(noise: float) -> float:
    """Iolr (7-9, 7-10)."""
    x = (_OLR + 0.2 * (64 + noise - RLR)) / 8
    return 20 * (_norm(8, x) - x)


def _sidetone(delay_ms: float) -> float:
    """Ist (7-11, 7-12)."""
    heard = -10 * log10(10 ** (-STMR / 10) + exp(-delay_ms / 4) * 10 ** (-TELR / 10))
    return (
        12 * _norm(8, (heard - 13) / 6)
        - 28 * _norm(35, (heard + 1) / 19.4)
        - 13 * _norm(13, (heard - 3) / 33)
        + 29
    )


def _quantized(signal: float) -> float:
    """Iq (7-13 to 7-17)."""
    q = 37 - 15 * log10(QDU)
    g = 1.07 + 0.258 * q + 0.0602 * q**2
    y = (signal - 100) / 15 + 46 / 8.4 - g / 9
    z = 46 / 30 - g / 40
    return 15 * log10(1 + 10**y + 10**z)


def _talker_echo(noise: float, sidetone: float, delay_ms: float) -> float:
    """Idte (7-19 to 7-23); STMR stays between 9 and 20 dB, where no correction is due."""
    t = delay_ms
    loudness = TELR - 40 * log10((1 + t / 10) / (1 + t / 150)) + 6 * exp(-0.3 * t**2)
    if STMR < 9:
        loudness += sidetone / 2
    r_echo = 80 + 2.5 * (loudness - 14)
    gap = (-1.5 * (noise - RLR) - r_echo) / 2
    return (gap + sqrt(gap**2 + 100) - 1) * (1 - exp(-t))


def _listener_echo(signal: float, round_trip_ms: float) -> float:
    """Idle (7-25, 7-26)."""
    r_echo = 10.5 * (WEPL + 7) / sqrt(sqrt(round_trip_ms + 1))
    gap = (signal - r_echo) / 2
    return gap + sqrt(gap**2 + 169)


def _too_long(delay_ms: float) -> float:
    """Idd (7-27, 7-28): nothing up to 100 ms."""
    if delay_ms <= 100:
        return 0.0
    x = log10(delay_ms / 100) / log10(2)
    return 25 * (_norm(6, x) - 3 * _norm(6, x / 3) + 2)


def _norm(power: int, x: float) -> float:
    return float((1 + x**power) ** (1 / power))
