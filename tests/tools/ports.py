"""Ports for servers that tests start."""

import itertools
import os
import socket

# Below those that the kernel gives to whoever asks for any, above those of media: what is free now
# is still free when a program that was just started binds it.
FIRST, LAST = 22_000, 31_999
_turn = itertools.count(os.getpid() * 97)


def free_port() -> int:
    """A port of 127.0.0.1 that is free for UDP and TCP, and not given twice in a row."""
    for number in _turn:
        port = FIRST + number % (LAST - FIRST)
        if _is_free(port):
            return port
    raise AssertionError("counting has no end")


def _is_free(port: int) -> bool:
    try:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
