"""The built pages: files as they are, every other path is the one page that routes itself."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

BUILT = Path(__file__).parent.parent / "static"
OTHERS = ("/api/", "/sip", "/softphone", "/metrics", "/healthz", "/readyz", "/openapi.json")
"""Paths that are never a page: what is unknown there is 404."""
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Trunkline</title>
<body style="font-family:system-ui;max-width:40rem;margin:4rem auto;line-height:1.5">
<h1>The pages are not built</h1>
<p>Trunkline runs, but this copy came without its pages. Build them in the clone, then restart:</p>
<pre>make web</pre>
<p>The API works without them: <a href="/docs">reference</a>.</p></body></html>"""
_FOREVER = "public, max-age=31536000, immutable"


def pages(folder: Path = BUILT) -> ASGIApp:
    """The app that serves the pages, compressed."""
    return GZipMiddleware(Pages(folder), minimum_size=1024)


class Pages:
    """Serves the files that were there at the start, so no path leads anywhere else."""

    def __init__(self, folder: Path) -> None:
        found = folder.rglob("*") if folder.is_dir() else ()
        self._files = {f"/{file.relative_to(folder).as_posix()}": file for file in found}
        self._index = self._files.get("/index.html")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a path that no route knows."""
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        if scope["path"].startswith(OTHERS) or scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(404, "There is nothing here.")
        await self._reply(scope["path"])(scope, receive, send)

    def _reply(self, path: str) -> Response:
        if self._index is None:
            return HTMLResponse(NOT_BUILT, 503, {"Cache-Control": "no-store"})
        file = self._files.get(path)
        if file is None or file.is_dir():
            if path.startswith("/assets/"):
                raise HTTPException(404, "There is nothing here.")
            return FileResponse(self._index, headers={"Cache-Control": "no-cache"})
        hashed = path.startswith("/assets/")
        return FileResponse(file, headers={"Cache-Control": _FOREVER if hashed else "no-cache"})
