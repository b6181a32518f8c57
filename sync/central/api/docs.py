"""GET /api/openapi.json, and /api/docs that shows the same to people, without a line of script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse

from sync.central.api.schemas import PROBLEM_ANSWER, PROBLEM_SCHEMA
from sync.central.problems import CODES

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
SECURITY = {"device": {"type": "http", "scheme": "bearer", "description": "The device's token"}}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#1b1b1b;
background:#fff}
h2{margin-top:2.5rem;border-bottom:2px solid #0b5d4e}
section{border:1px solid #767676;border-radius:6px;padding:0 1rem;margin:1rem 0}
h3{font-size:1.1rem}
h3 b{display:inline-block;min-width:4.5rem;color:#0b5d4e}
code,pre{font-family:ui-monospace,monospace;font-size:.9rem}
pre{overflow:auto;background:#f3f3f3;padding:.75rem;border-radius:6px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #d0d0d0}
a{color:#0b5d4e}
"""

Node = dict[str, Any]


def docs_router(described: FastAPI) -> APIRouter:
    """Describes what `described` has when it is asked, but for the routes that are hidden."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/openapi.json")
    def openapi() -> JSONResponse:
        return JSONResponse(openapi_of(described))

    @router.get("/api/docs")
    def docs() -> HTMLResponse:
        headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
        return HTMLResponse(docs_page(openapi_of(described)), headers=headers)

    return router


def openapi_of(app: FastAPI) -> Node:
    schema = get_openapi(
        title="Rundan",
        version=app.version,
        summary="Sync, photos and enrolment for the field app",
        routes=app.routes,
    )
    components = schema.setdefault("components", {})
    components["securitySchemes"] = SECURITY
    schemas = components.setdefault("schemas", {})
    for framework_error in ("HTTPValidationError", "ValidationError"):
        schemas.pop(framework_error, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    for item in schema["paths"].values():
        for operation in item.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = PROBLEM_ANSWER
    return schema


def docs_page(schema: Node) -> str:
    info = schema["info"]
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(info['title'])} API</title><style>{STYLE}</style></head><body><main>",
            f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1>",
            f"<p>{escape(info.get('summary', ''))}. Machines read ",
            '<a href="/api/openapi.json">/api/openapi.json</a>. Every refusal is a problem ',
            'document (RFC 9457) with one of <a href="#problems">these codes</a>.</p>',
            *_operations(schema),
            *_schemas(schema),
            *_problems(),
            "</main></body></html>",
        )
    )


def _operations(schema: Node) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, item in schema["paths"].items():
        for method in METHODS:
            if method in item:
                tag = (item[method].get("tags") or ["Other"])[0]
                by_tag.setdefault(tag, []).append(_operation(path, method, item[method]))
    for tag, sections in by_tag.items():
        yield f"<h2>{escape(tag)}</h2>{''.join(sections)}"


def _operation(path: str, method: str, operation: Node) -> str:
    rows = "".join(_parameter(one) for one in operation.get("parameters", ()))
    table = f"<h4>Parameters</h4><table>{rows}</table>" if rows else ""
    body = "".join(_content("Request", one) for one in (operation.get("requestBody"),) if one)
    answers = "".join(
        _content("Refusal" if status == "default" else f"Answer {status}", one)
        for status, one in operation["responses"].items()
    )
    token = "<p>Needs a device's token.</p>" if operation.get("security") else ""
    return (
        f"<section><h3><b>{method.upper()}</b> <code>{escape(path)}</code></h3>"
        f"<p><strong>{escape(operation.get('summary', ''))}</strong></p>"
        f"<p>{escape(operation.get('description', ''))}</p>{token}{table}{body}{answers}</section>"
    )


def _parameter(parameter: Node) -> str:
    need = "required" if parameter.get("required") else "optional"
    kind = parameter.get("schema", {}).get("type", "")
    return (
        f'<tr><th scope="row"><code>{escape(parameter["name"])}</code></th>'
        f"<td>{escape(parameter['in'])}, {escape(str(kind))}, {need}</td>"
        f"<td>{escape(parameter.get('description', ''))}</td></tr>"
    )


def _content(heading: str, part: Node) -> str:
    text = f"<h4>{escape(heading)}</h4><p>{escape(part.get('description', ''))}</p>"
    for media_type, content in part.get("content", {}).items():
        text += f"<p><code>{escape(media_type)}</code></p>{_shape(content.get('schema', {}))}"
    return text


def _shape(schema: Node) -> str:
    """A link for a named schema, the schema itself for any other."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name:
        return f'<p><a href="#schema-{escape(name)}">{escape(name)}</a></p>'
    return _pre(schema) if schema else ""


def _schemas(schema: Node) -> Iterator[str]:
    yield "<h2>Schemas</h2>"
    for name, one in sorted(schema["components"].get("schemas", {}).items()):
        yield f'<section id="schema-{escape(name)}"><h3>{escape(name)}</h3>{_pre(one)}</section>'


def _problems() -> Iterator[str]:
    yield '<h2 id="problems">Problem codes</h2><table>'
    for name, code in CODES.items():
        yield (
            f'<tr id="problem-{name}"><th scope="row"><code>{name}</code></th>'
            f"<td>{code.status}</td><td>{escape(code.title)}</td></tr>"
        )
    yield "</table>"


def _pre(schema: Node) -> str:
    return f"<pre>{escape(json.dumps(schema, indent=2, ensure_ascii=False))}</pre>"
