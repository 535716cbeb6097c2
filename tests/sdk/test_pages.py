"""Lists fetch their pages as they are walked."""

from collections.abc import Sequence

import httpx

from tests.sdk.answering import Server, answer


def rates(*days: int, cursor: str | None = None) -> httpx.Response:
    """Return one page of rates, one a day of January."""
    source = {"currency": "SEK", "rate": "11.1", "source": "ECB", "loaded_at": None}
    items = [{**source, "day": f"2024-01-{day:02}", "published_on": f"2024-01-{day:02}"} for day in days]
    return answer(200, {"items": items, "next_cursor": cursor})


def three_pages() -> Server:
    """Return a server of five rates on three pages, the second empty."""
    return Server(rates(1, 2, cursor="c/1"), rates(cursor="c2"), rates(3, 4, 5))


def asked(server: Server) -> Sequence[str]:
    return [request.url.query.decode() for request in server.requests]


def test_walking_a_list_walks_all_its_pages() -> None:
    server = three_pages()

    days = [rate.day.day for rate in server.client().rates.list("SEK", limit=2)]

    assert days == [1, 2, 3, 4, 5]
    assert asked(server) == [
        "currency=SEK&limit=2", "currency=SEK&limit=2&cursor=c%2F1", "currency=SEK&limit=2&cursor=c2",
    ]  # fmt: skip


async def test_the_asynchronous_list_does_the_same() -> None:
    server = three_pages()

    assert [rate.day.day async for rate in server.async_client().rates.list("SEK")] == [1, 2, 3, 4, 5]
    assert len(server.requests) == 3


def test_nothing_is_asked_before_it_is_needed() -> None:
    server = three_pages()

    listed = server.client().rates.list("SEK")
    assert server.requests == []
    next(iter(listed))

    assert len(server.requests) == 1


def test_one_page_can_be_had_alone() -> None:
    server = three_pages()

    page = server.client().rates.list("SEK").first_page()

    assert [rate.day.day for rate in page.items] == [1, 2]
    assert page.next_cursor == "c/1"
    assert len(server.requests) == 1


async def test_walking_a_page_walks_those_after_it() -> None:
    page = await three_pages().async_client().rates.list("SEK").first_page()

    assert [rate.day.day async for rate in page] == [1, 2, 3, 4, 5]


def test_pages_can_be_walked_as_pages() -> None:
    listed = three_pages().client().rates.list("SEK")

    assert [len(page.items) for page in listed.pages()] == [2, 0, 3]


def test_a_page_can_be_begun_at_a_cursor_kept_from_before() -> None:
    server = Server(rates(3))

    page = server.client().rates.list("SEK").page("c2")

    assert asked(server) == ["currency=SEK&cursor=c2"]
    assert page.next_page() is None
