"""The app's routes as a list: what is asked where, and who may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute, iter_route_contexts

from trunkline.features.tenancy import permissions_of


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route; `methods` is empty for a WebSocket."""

    path: str
    methods: tuple[str, ...]
    permissions: tuple[str, ...]
    documented: bool


def endpoints(app: FastAPI) -> Iterator[Endpoint]:
    """Every route of our own; the document, the reference and the pages are not among them."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute | APIWebSocketRoute):
            yield Endpoint(
                path=route.path_format or route.path or "",
                methods=tuple(sorted(route.methods or ())),
                permissions=tuple(permissions_of(route.dependant)),
                documented=getattr(route, "include_in_schema", False),
            )
