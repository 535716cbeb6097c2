"""An example of a JSON schema, put together of the examples of its parts."""

from typing import Any

Node = dict[str, Any]
BY_FORMAT = {"date": "2024-04-08", "date-time": "2026-11-23T10:00:00Z", "uuid": "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"}


def example_of(schema: Node, schemas: Node) -> Any:  # noqa: ANN401 - JSON is any of six types
    """Return the example that a schema has, or one that follows from its parts; LookupError where none does.

    >>> example_of({"type": "array", "items": {"enum": ["mission", "training"]}}, {})
    ['mission']
    """
    schema = resolved(schema, schemas)
    for name in ("examples", "enum"):
        if schema.get(name):
            return schema[name][0]
    for name in ("example", "const", "default"):
        if name in schema:
            return schema[name]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas)
    if "properties" in schema:
        return {name: example_of(member, schemas) for name, member in schema["properties"].items()}
    if "items" in schema:
        return [example_of(schema["items"], schemas)]
    return _plainest(schema)


def _plainest(schema: Node) -> Any:  # noqa: ANN401 - as above
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    kind = schema.get("type")
    if kind == "null":
        return None
    if kind == "boolean":
        return False
    message = f"Nothing says what a value of {schema} looks like."
    raise LookupError(message)


def resolved(node: Node, schemas: Node) -> Node:
    """Return what a schema is, or what it refers to with what it says beside the reference.

    >>> resolved({"$ref": "#/components/schemas/Place", "description": "Where."}, {"Place": {"type": "object"}})
    {'type': 'object', 'description': 'Where.'}
    """
    if "$ref" not in node:
        return node
    beside = {name: said for name, said in node.items() if name != "$ref"}
    return {**schemas[node["$ref"].rpartition("/")[2]], **beside}
