"""Asking for impact in tests, and finding a figure in the answer."""

from typing import Any

from tests.make import Holder


async def impact(holder: Holder, path: str | None = None, **query: str) -> dict[str, Any]:
    """Return what a city or network is told of its impact, or of that at another path."""
    own = f"/v1/{'cities' if '_city_' in holder.key else 'networks'}/{holder.code}"
    answer = await holder.http.get(
        f"{path or own}/impact", params={name.rstrip("_"): value for name, value in query.items()}
    )
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def value(group: dict[str, Any], indicator: str) -> str | None:
    """Return the value of a figure, or its reason in brackets where it has none."""
    [figure] = [figure for figure in group["figures"] if figure["indicator"] == indicator]
    return str(figure["value"]) if figure["value"] is not None else f"({figure['reason']})"


def values(body: dict[str, Any], indicator: str) -> dict[str, str | None]:
    """Return a figure of each group by its key, of the groups without one by their kind, and of the total."""
    groups = {group["key"] or group["kind"]: value(group, indicator) for group in body["groups"]}
    return {**groups, "total": value(body["total"], indicator)}


async def post(holder: Holder, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Post a record and return it."""
    made = await holder.http.post(f"{holder.path}/{path}", json=body)
    assert made.status_code == 201, made.text
    record: dict[str, Any] = made.json()
    return record


def told(group: dict[str, Any]) -> dict[str, Any]:
    """Return a group or member but for when it was asked for, and where its lineage is."""
    apart = {"as_of", "lineage"}
    figures = [{name: said for name, said in figure.items() if name not in apart} for figure in group["figures"]]
    return {**group, "figures": figures}
