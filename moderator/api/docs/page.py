"""The readable page: every operation, its fields and its errors; one HTML and one CSS file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from moderator.api.docs.reasons import REASONS

STYLE = (Path(__file__).parent / "page.css").read_bytes()

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_EXAMPLE = """\
curl {url}/v1/moderate -H 'Content-Type: application/json' \\
  -d '{{"text": "What a lovely day."}}'"""


def page(document: Mapping[str, Any], url: str) -> bytes:
    """The page of an OpenAPI document, for a server at `url`."""
    return "\n".join(_parts(document, url)).encode()


def _parts(document: Mapping[str, Any], url: str) -> Iterator[str]:
    about = document["info"]
    yield (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width">'
        "<title>moderator: API</title><link rel=stylesheet href=/docs.css>"
        f"<h1>moderator {escape(about['version'])}</h1><p>{escape(about['description'])}"
        f"<pre>{escape(_EXAMPLE.format(url=url))}</pre>"
        "<nav><a href=/openapi.json>OpenAPI document</a><a href=#errors>Errors</a></nav>"
    )
    schemas = document["components"]["schemas"]
    for tag in document["tags"]:
        yield f"<h2>{escape(tag['name'])}</h2><p>{_code(tag['description'])}"
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if tag["name"] in operation["tags"]:
                    yield from _operation(f"{method.upper()} {path}", operation)
    yield "<h2>Bodies</h2>"
    for name, schema in schemas.items():
        yield from _schema(name, schema)
    yield "<h2 id=errors>Errors</h2><table><tr><th>reason<th>what to do"
    for reason, what in REASONS.items():
        yield f"<tr id={escape(reason)}><td><code>{escape(reason)}</code><td>{_code(what)}"
    yield "</table></html>"


def _operation(title: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h3>{escape(title)}</h3><p>{_code(operation['summary'])}"
    yield f"<p>{_code(operation['description'])}"
    if operation["parameters"]:
        yield "<table><tr><th>parameter<th>in<th>meaning"
        for parameter in operation["parameters"]:
            yield (
                f"<tr><td><code>{escape(parameter['name'])}</code><td>{escape(parameter['in'])}"
                f"<td>{_code(parameter['description'])}"
            )
        yield "</table>"
    if body := operation.get("requestBody"):
        yield f"<p>Request: {_types(body['content'].values())}."
    answers = (
        f"{status} {_types(answer['content'].values())}".strip()
        for status, answer in operation["responses"].items()
    )
    yield f"<p>Answers: {'; '.join(answers)}."


def _schema(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h3 id=schema-{escape(name)}>{escape(name)}</h3>"
    yield f"<p>{_code(schema.get('description', ''))}"
    properties = schema.get("properties")
    if not properties:
        return
    required = schema.get("required", ())
    yield "<table><tr><th>field<th>type<th>"
    for field, of in properties.items():
        must = "required" if field in required else ""
        yield f"<tr><td><code>{escape(field)}</code><td>{_type(of)}<td>{must}"
    yield "</table>"


def _types(contents: Sequence[Mapping[str, Any]] | Any) -> str:
    return ", ".join(_type(content["schema"]) for content in contents if content["schema"])


def _type(schema: Mapping[str, Any]) -> str:
    if reference := schema.get("$ref"):
        name = escape(str(reference).rsplit("/", 1)[-1])
        return f'<a href="#schema-{name}">{name}</a>'
    if options := schema.get("anyOf"):
        return " or ".join(_type(option) for option in options)
    kind = str(schema.get("type", "any value"))
    if kind == "array" and isinstance(schema.get("items"), dict):
        return f"list of {_type(schema['items'])}"
    return escape(kind)


def _code(text: str) -> str:
    """Text as HTML, with what is between backticks as code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if index % 2 else p for index, p in enumerate(pieces))
