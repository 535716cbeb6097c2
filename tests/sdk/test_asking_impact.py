"""What is asked of impact is sent as the API takes it, and slips are found before."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from proxeny.errors import InvalidArgument
from proxeny.models import Figure
from tests.sdk.answering import Server, answer
from tests.sdk.impacts import figure, impact

AS_OF = datetime(2026, 11, 23, 10, tzinfo=UTC)
EVERYTHING: dict[str, Any] = {
    "from_": date(2022, 1, 1), "to": None, "currency": "USD", "price_year": 2024, "policy": "strict",
    "method": "green-book@1", "level": Decimal("0.90"), "as_of": AS_OF, "indicators": ["sroi", "npv"], "seed": 7,
    "draws": 1000,
}  # fmt: skip
SENT = {
    "from": "2022-01-01", "currency": "USD", "price_year": "2024", "policy": "strict", "method": "green-book@1",
    "level": "0.90", "as_of": "2026-11-23T10:00:00+00:00", "indicators": "sroi,npv", "seed": "7", "draws": "1000",
}  # fmt: skip


def test_every_question_is_sent_by_its_name() -> None:
    server = Server(answer(200, impact().model_dump(mode="json", by_alias=True)))
    client = server.client()

    client.cities.impact("bilbao", group_by="year", **EVERYTHING)
    client.networks.impact("c40", group_by="year", **EVERYTHING)

    for request, path in zip(server.requests, ("/v1/cities/bilbao/impact", "/v1/networks/c40/impact"), strict=True):
        assert request.url.path == path
        assert dict(request.url.params) == {**SENT, "group_by": "year"}


def test_members_are_asked_the_same_but_for_groups() -> None:
    server = Server(answer(200, {"items": [], "next_cursor": None}))

    assert list(server.client().networks.members_impact("c40", limit=5, **EVERYTHING)) == []

    assert dict(server.requests[0].url.params) == {**SENT, "limit": "5"}


async def test_a_lineage_comes_word_for_word_as_json_and_as_text() -> None:
    told = {"format": "proxeny-lineage/1", "sums": {"cost_travel": "1.50"}}
    server = Server(answer(200, told), answer(200, "kind,record"))

    assert await server.async_client().impact.lineage("bilbao", "sroi", group="c40", **EVERYTHING) == told
    assert "kind,record" in await server.async_client().impact.lineage_csv("bilbao", "sroi", level="0.5")

    as_json, as_csv = (request.url for request in server.requests)
    assert as_json.path == as_csv.path == "/v1/cities/bilbao/impact/sroi/lineage"
    assert dict(as_json.params) == {**SENT, "group": "c40"}
    assert dict(as_csv.params) == {"level": "0.5", "format": "csv"}


def test_a_figure_leads_to_its_lineage() -> None:
    server = Server(answer(200, {"format": "proxeny-lineage/1"}))
    place = "/v1/cities/bilbao/impact/sroi/lineage?group=c40"

    found = server.client().impact.lineage_of(Figure.model_validate(figure("sroi", "1", lineage=place)))

    assert found == {"format": "proxeny-lineage/1"}
    assert str(server.requests[0].url) == f"http://api.test{place}"
    with pytest.raises(InvalidArgument, match="may not be seen"):
        server.client().impact.lineage_of(Figure.model_validate(figure("sroi", "1")))


def test_a_lineage_elsewhere_gets_no_key() -> None:
    server = Server(answer(200, {}))

    for place in ("@elsewhere.example/lineage", "https://elsewhere.example/lineage"):
        with pytest.raises(InvalidArgument, match="path of this API"):
            server.client().impact.lineage_of(Figure.model_validate(figure("sroi", "1", lineage=place)))

    assert server.requests == []


def test_a_slip_is_found_before_anything_is_sent() -> None:
    server = Server(answer(200, {}))
    slips: list[dict[str, Any]] = [{"curency": "EUR"}, {"group": "c40"}]

    for slip in slips:
        with pytest.raises(TypeError, match=f"There is no '{next(iter(slip))}' to ask for; there are from_, to"):
            server.client().cities.impact("bilbao", **slip)
    with pytest.raises(InvalidArgument, match="time zone"):
        server.client().cities.impact("bilbao", as_of=datetime(2026, 11, 23, 10))  # noqa: DTZ001

    assert server.requests == []
