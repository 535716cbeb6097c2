"""What one may do with a new record, said as OpenAPI links from the answer that tells of it."""

import re
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]
# Cities and networks are named by their codes, all other records by their ids.
BY_CODE = frozenset({"city", "network"})


def link_new_records(document: Node) -> None:
    """Give each 201 the operations on what it created, with the parameters that they take from it."""
    paths: Node = document["paths"]
    for path, operations in paths.items():
        created = operations.get("post", {}).get("responses", {}).get("201")
        links = {operation["operationId"]: link for operation, link in _onward(path, paths)} if created else {}
        if links:
            created["links"] = links


def _onward(path: str, paths: Node) -> Iterator[tuple[Node, Node]]:
    """Yield each operation on the items of a collection, with the link that leads there."""
    item = re.compile(re.escape(path) + r"/\{(\w+)\}(?:/[a-z]+)?")
    for other, operations in paths.items():
        found = item.fullmatch(other)
        if found is None or not _is_of_one(found.group(1), path, other, paths):
            continue
        for operation in operations.values():
            yield operation, {"operationId": operation["operationId"], **_said(path, found.group(1), operation)}


def _is_of_one(name: str, path: str, other: str, paths: Node) -> bool:
    """Tell whether an address is of one record: the record's own, or an action on it, but no collection below it."""
    return other == f"{path}/{{{name}}}" or not ({"get", "head"} & paths[other].keys() or name in BY_CODE)


def _said(path: str, name: str, operation: Node) -> Node:
    member = "code" if name in BY_CODE else "id"
    parameters = {f"path.{outer}": f"$request.path.{outer}" for outer in re.findall(r"\{(\w+)\}", path)}
    parameters[f"path.{name}"] = f"$response.body#/{member}"
    if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", ())):
        parameters["header.If-Match"] = "$response.header.ETag"
    return {"description": f"{operation['summary']}.", "parameters": parameters}
