"""The OpenAPI document as one page of HTML: nothing is loaded, nothing runs."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, Final

Node = dict[str, Any]

STYLE: Final = Path(__file__).with_name("docs.css").read_text(encoding="utf-8")
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def rendered(document: Node) -> str:
    """Return the page of a document."""
    title = escape(document["info"]["title"])
    version = escape(document["info"]["version"])
    return "".join(
        [
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title} API {version}</title><style>{STYLE}</style></head>\n",
            f'<body><div class="page">{_contents(document)}<main><h1>{title} <small>{version}</small></h1>',
            prose(document["info"].get("description", "")),
            '<p>The same for programs: <a href="/openapi.json">openapi.json</a>.</p>',
            *_chapters(document),
            *_schemas(document),
            "</main></div></body></html>\n",
        ]
    )


def prose(text: str) -> str:
    r"""Return plain Markdown as HTML: headings, lists, paragraphs, `code` and **bold**.

    >>> prose("## Asking\n- a `key`\n\nDone.")
    '<h3>Asking</h3><ul><li>a <code>key</code></li></ul><p>Done.</p>'
    """
    made = []
    for block in re.split(r"\n{2,}|(?<=\n)(?=## )|(?<=^)(?=## )", text.strip()):
        heading, _, rest = block.partition("\n") if block.startswith("## ") else ("", "", block)
        if heading:
            made.append(f"<h3>{_line(heading[3:])}</h3>")
        if rest.startswith("- "):
            items = "".join(f"<li>{_line(item)}</li>" for item in re.split(r"(?:^|\n)- ", rest)[1:])
            made.append(f"<ul>{items}</ul>")
        elif rest.strip():
            made.append(f"<p>{_line(rest)}</p>")
    return "".join(made)


def _line(text: str) -> str:
    coded = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text.strip(), quote=False))
    return re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", coded)


def _operations(document: Node, tag: str) -> Iterator[tuple[str, str, Node]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation["tags"][0] == tag:
                yield method, path, operation


def _contents(document: Node) -> str:
    parts = []
    for tag in document["tags"]:
        links = "".join(
            f'<li><a href="#{escape(operation["operationId"])}">{escape(operation["summary"])}</a></li>'
            for _, _, operation in _operations(document, tag["name"])
        )
        parts.append(f'<h2><a href="#{escape(tag["name"])}">{escape(tag["name"])}</a></h2><ul>{links}</ul>')
    return f'<nav aria-label="Contents">{"".join(parts)}<h2><a href="#schemas">schemas</a></h2></nav>'


def _chapters(document: Node) -> Iterator[str]:
    for tag in document["tags"]:
        name = escape(tag["name"])
        yield f'<section><h2 id="{name}">{name.capitalize()}</h2>{prose(tag["description"])}'
        for method, path, operation in _operations(document, tag["name"]):
            yield _operation(document, method, path, operation)
        yield "</section>\n"


def _operation(document: Node, method: str, path: str, operation: Node) -> str:
    responses = operation["responses"].items()
    return "".join(
        [
            f'<article><h3 id="{escape(operation["operationId"])}">{_line(operation["summary"])}</h3>',
            f'<p class="door"><code><span class="method {method}">{method.upper()}</span>{escape(path)}</code></p>',
            prose(operation["description"]),
            _parameters(operation.get("parameters", [])),
            _body(operation.get("requestBody")),
            "<h4>Answers</h4>",
            _table(("Status", "What", "Body"), (_answer(document, *response) for response in responses)),
            "</article>\n",
        ]
    )


def _parameters(parameters: list[Node]) -> str:
    rows = (
        (
            f"<code>{escape(each['name'])}</code>{_need(is_required=each.get('required', False))}",
            each["in"],
            _kind(each["schema"]),
            _line(each.get("description", "")),
            _code(each.get("example")),
        )
        for each in parameters
    )
    return "<h4>Parameters</h4>" + _table(("Name", "In", "Type", "What", "Example"), rows) if parameters else ""


def _body(body: Node | None) -> str:
    if body is None:
        return ""
    rows = ((f"<code>{escape(media)}</code>", _kind(said.get("schema", {}))) for media, said in body["content"].items())
    return "<h4>Body</h4>" + _table(("Media type", "Schema"), rows)


def _answer(document: Node, status: str, response: Node) -> tuple[str, ...]:
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schemas = [_kind(said.get("schema", {})) for said in response.get("content", {}).values()]
    return f"<code>{status}</code>", _line(response["description"]), ", ".join(dict.fromkeys(schemas))


def _schemas(document: Node) -> Iterator[str]:
    yield '<section><h2 id="schemas">Schemas</h2>'
    for name, schema in document["components"]["schemas"].items():
        required = schema.get("required", ())
        rows = (
            (
                f"<code>{escape(member)}</code>{_need(is_required=member in required)}",
                _kind(said),
                _line(said.get("description", "")),
            )
            for member, said in schema.get("properties", {}).items()
        )
        example = json.dumps(schema["examples"][0], indent=2, ensure_ascii=False) if "examples" in schema else ""
        yield f'<article><h3 id="schema-{escape(name)}">{escape(name)}</h3>{prose(schema.get("description", ""))}'
        yield _table(("Member", "Type", "What"), rows)
        yield f"<details><summary>Example</summary><pre>{escape(example)}</pre></details></article>\n"
    yield "</section>"


def _kind(schema: Node) -> str:
    """Return the type of a schema in a few words, linked where it has a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    if "anyOf" in schema or "oneOf" in schema:
        return " or ".join(map(_kind, schema.get("anyOf") or schema["oneOf"]))
    if "enum" in schema:
        codes = [f"<code>{escape(str(code))}</code>" for code in schema["enum"]]
        shown = ", ".join(codes[:24])
        return shown if len(codes) <= 24 else f"{shown} and {len(codes) - 24} more"
    if "items" in schema:
        return f"list of {_kind(schema['items'])}"
    kind = escape(str(schema.get("type", "anything")))
    return f"{kind}, {escape(schema['format'])}" if "format" in schema else kind


def _code(value: object) -> str:
    return f"<code>{escape(value if isinstance(value, str) else json.dumps(value))}</code>"


def _need(*, is_required: bool) -> str:
    return ' <span class="need">required</span>' if is_required else ""


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{name}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>' if body else ""
