"""Core values to plain JSON values and back, driven by their annotations.

A dataclass becomes an object with its class name under `t`; enums and ids are strings, tuples and
lists are arrays. Unknown keys are dropped and missing ones take their default, so that a newer
core reads what an older one wrote; a renamed or reshaped fact is mended by `UPCASTS` first.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any

Json = dict[str, Any]
Decoder = Callable[[Any], Any]

UPCASTS: dict[str, Callable[[Json], Json]] = {}
"""By class name as written: gives the object as the present core would have written it."""


def encode(value: Any) -> Any:
    """A core value as JSON values."""
    kind = type(value)
    return value if kind in _PLAIN else _ENCODERS[kind](value)


def decode(expected: Any, data: Any) -> Any:
    """JSON values as the expected type; raises `ValueError` when they do not fit."""
    return _decoder(expected)(data)


_PLAIN = frozenset({str, int, float, bool, type(None)})


@cache
def _names(kind: Any) -> tuple[str, ...] | None:
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple(f.name for f in dataclasses.fields(kind))


class _Encoders(dict[type[Any], Callable[[Any], Any]]):
    """How values of each type are encoded, made when the first comes."""

    def __missing__(self, kind: type[Any]) -> Callable[[Any], Any]:
        made = self[kind] = _encoder(kind)
        return made


_ENCODERS = _Encoders()


def _encoder(kind: Any) -> Callable[[Any], Any]:
    names = _names(kind)
    if names is not None:
        return _of_fields(kind, names)
    if kind is tuple or kind is list:
        return lambda value: [part if type(part) in _PLAIN else encode(part) for part in value]
    if kind is dict:
        return lambda value: {key: encode(part) for key, part in value.items()}
    if issubclass(kind, Enum):
        return {member: member.value for member in kind}.__getitem__
    raise TypeError(f"not a core value: {kind.__name__}")


def _of_fields(kind: Any, names: tuple[str, ...]) -> Callable[[Any], Any]:
    """One dict display for the whole class: every fact and command of a journal goes through."""
    parts = [
        f"{name!r}: part if type(part := value.{name}) in plain else encode(part)" for name in names
    ]
    shown = ", ".join([f"'t': {kind.__name__!r}", *parts])
    text = f"def encoded(value):\n return {{{shown}}}"
    scope: dict[str, Any] = {"plain": _PLAIN, "encode": encode}
    exec(text, scope)  # noqa: S102 - names of fields alone
    made: Callable[[Any], Any] = scope["encoded"]
    return made


@cache
def _decoder(expected: Any) -> Decoder:
    origin, args = typing.get_origin(expected), typing.get_args(expected)
    if isinstance(expected, typing.NewType):
        return _decoder(expected.__supertype__)
    if origin in (typing.Union, types.UnionType):
        return _union(args)
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return _sequence(tuple, args[0])
    if origin is tuple:
        return _row(args)
    if origin is list:
        return _sequence(list, args[0])
    if dataclasses.is_dataclass(expected):
        return _object(expected)
    if isinstance(expected, type) and issubclass(expected, Enum):
        return expected
    return _same


def _same(data: Any) -> Any:
    return data


def _sequence(make: type[Any], part: Any) -> Decoder:
    one = _decoder(part)
    return lambda data: make(one(item) for item in data)


def _row(parts: tuple[Any, ...]) -> Decoder:
    each = [_decoder(part) for part in parts]
    return lambda data: tuple(one(item) for one, item in zip(each, data, strict=True))


def _union(parts: tuple[Any, ...]) -> Decoder:
    named = {part.__name__: _decoder(part) for part in parts if _names(part) is not None}
    others = [_decoder(part) for part in parts if part is not type(None) and _names(part) is None]

    def decode_union(data: Any) -> Any:
        if data is None:
            return None
        if isinstance(data, dict) and "t" in data:
            data = _upcast(data)
            if data["t"] not in named:
                raise ValueError(f"unknown: {data['t']}")
            return named[data["t"]](data)
        return others[0](data) if others else data

    return decode_union


def _object(kind: Any) -> Decoder:
    hints = typing.get_type_hints(kind)
    made = [f for f in dataclasses.fields(kind) if f.init]
    decoders: dict[str, Decoder] = {}

    def decode_object(data: Json) -> Any:
        if not decoders:  # on first use: types may refer to one another
            decoders.update({f.name: _decoder(hints[f.name]) for f in made})
        data = _upcast(data)
        return kind(**{name: one(data[name]) for name, one in decoders.items() if name in data})

    return decode_object


def _upcast(data: Json) -> Json:
    mend = UPCASTS.get(data.get("t", ""))
    return mend(data) if mend else data
