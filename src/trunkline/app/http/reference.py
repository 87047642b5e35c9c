"""The API reference as one plain page, drawn from the OpenAPI document; it loads nothing else."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse

Json = dict[str, Any]
_STYLE = """body{font:15px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}
code,b.m{font-family:ui-monospace,monospace}b.m{display:inline-block;min-width:4.5rem}
details{border-top:1px solid #8884;padding:.35rem 0}summary{cursor:pointer}small{opacity:.75}
pre{background:#8881;padding:.6rem;overflow:auto}:root{color-scheme:light dark}"""


def install(app: FastAPI) -> None:
    """Serve the page at `/docs`."""

    async def docs(_: Request) -> HTMLResponse:
        return HTMLResponse(page(app.openapi()))

    app.add_route("/docs", docs, include_in_schema=False)


def page(document: Json) -> str:
    """The page of an OpenAPI document."""
    info = document["info"]
    body = "".join(
        f"<h2>{escape(tag)}</h2>{''.join(operations)}"
        for tag, operations in sorted(_by_tag(document).items())
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(info["title"])} API'
        f"</title><style>{_STYLE}</style><body><h1>{escape(info['title'])} API "
        f"<small>{escape(info['version'])}</small></h1><p>{escape(info['description'])}</p>"
        f'<p><a href="/openapi.json">openapi.json</a></p>{body}</body></html>'
    )


def _by_tag(document: Json) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = operation.get("tags", ["other"])[0]
            found.setdefault(tag, []).append(_operation(method, path, operation, document))
    return found


def _operation(method: str, path: str, operation: Json, document: Json) -> str:
    needs = operation.get("x-permission", "anybody")
    told = operation.get("description") or operation.get("summary", "")
    return (
        f'<details><summary><b class="m">{method.upper()}</b> <code>{escape(path)}</code> '
        f"<small>{escape(needs)}</small></summary><p>{escape(told)}</p>"
        f"{_parameters(operation)}{_body(operation, document)}{_replies(operation)}</details>"
    )


def _parameters(operation: Json) -> str:
    rows = "".join(
        f"<li><code>{escape(given['name'])}</code> <small>{given['in']}"
        f"{', required' if given.get('required') else ''}</small></li>"
        for given in operation.get("parameters", [])
    )
    return f"<ul>{rows}</ul>" if rows else ""


def _body(operation: Json, document: Json) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    schema = document["components"]["schemas"].get(reference.rpartition("/")[2], {})
    required = schema.get("required", [])
    rows = "\n".join(
        f"{name}{'' if name in required else '?'}: {_kind(kind)}"
        for name, kind in schema.get("properties", {}).items()
    )
    return f"<pre>{escape(rows)}</pre>" if rows else ""


def _kind(schema: Json) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_kind(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(word) for word in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type", "any"))


def _replies(operation: Json) -> str:
    told = ", ".join(
        f"{status} {reply['description']}" for status, reply in operation["responses"].items()
    )
    return f"<p><small>{escape(told)}</small></p>"
