"""Personal details in free text are warned of, in the answer of the write alone, and little else is taken for them."""

import csv
import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from python_calamine import CalamineWorkbook

from proxeny_api.contacts import HEADER, found, warnings
from tests.make import Holder, cost, engagement, method, outcome, proxy

REAL = Path(os.environ.get("PROXENY_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data" / "real")
EMAILS = [
    "jo@example.org",
    "Write to jo.bloggs+x@mail.example.co.uk.",
    "mailto:jo_b@example.museum",
    "<jo@exämple.org>",
]
NUMBERS = [
    "+34 944 204 200", "0034 944 204 200", "tel. 944204200", "Tel: 030 901820", "020 7946 0958", "(020) 7946 0958",
    "+44 (0)20 7946 0958", "call +1-212-555-0123", "06 12 34 56 78", "040/42828-0", "Telefon 030/9018-2000",
    "+302103277000", "GSM: 0470123456", "0117 496 0123", "\u260e 944 204 200", "Mobile 0612345678",
]  # fmt: skip
OTHERS = [
    "892,228.58", "758394.29", "2015/10/27", "2014-2020", "01.02.2014 - 31.12.2018", "2014TC16RFCB034", "11.5, 13.1",
    "0198c0de-7a6b-7c3d-8e4f-5a6b7c8d9e0f", "01939012-7123-7000-8000-312345678901", "EUR 1 200 000", "keep.eu 20345",
    "+120 000 000 EUR", "+120 000 000 000 EUR", "ISBN 0-306-40615-2", "10:30-12:45", "1.200.000,00 €", "@athens",
    "CCI 2014 0550 0123", "0.75 - 0.85", "2014 2015 2016 2017", "56 000 000 people in 2 000 000 homes", "+3.5%",
    "Regulation (EU) 1303/2013", "IBAN DE89 3704 0044 0532 0130 00", "48.8566, 2.3522", "Start@up Smart", "CLARA@eu",
    "from 05/2016 to 08/2018 (28 months)", "08:00 - 17:30, 12 May 2024", "km 0+000.00 to km 0+441.46", "0 100 200 300",
    "(2800x6.00m +1500,00x6,00)=25.800m2", "Call 4 of 2019", "2021/C 123/04", "crm-2024-0117-1", "a" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("text", EMAILS)
def test_an_address_is_found(text: str) -> None:
    assert found(text) == ["email_address"]


@pytest.mark.parametrize("text", NUMBERS)
def test_a_telephone_number_is_found_however_it_is_written(text: str) -> None:
    assert found(text) == ["telephone_number"]
    assert found(f"Ask the office ({text}), please.") == ["telephone_number"]


@pytest.mark.parametrize("text", OTHERS, ids=lambda text: text[:40])
def test_days_amounts_ids_and_codes_are_left_alone(text: str) -> None:
    assert found(text) == []
    assert found(f"Project of the city, {text}; done") == []


def real_texts() -> Iterator[str]:
    """Yield every text of the real records."""
    book = CalamineWorkbook.from_path(str(REAL / "keep_interreg_2014_2020.xlsx"))
    for sheet in book.sheet_names:
        for row in book.get_sheet_by_name(sheet).to_python():
            yield from (cell for cell in row if isinstance(cell, str))
    for path in sorted(REAL.glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            for line in csv.reader(file):
                yield from line


@pytest.mark.skipif(not REAL.is_dir(), reason="the real records are not here: PROXENY_REAL_DATA names their folder")
def test_no_text_of_real_projects_is_taken_for_what_it_is_not() -> None:
    texts = list(real_texts())

    assert len(texts) > 200_000
    assert [text for text in texts if found(text)] == []


def test_only_free_text_is_looked_at_and_its_place_is_told() -> None:
    said = engagement(
        external_id="jo@example.org",
        tags=["a", "jo@example.org"],
        counterparts=[{"name": "Athens, +30 210 327 7000"}],
        costs=[cost(), cost(description="jo@example.org, tel. 944204200")],
    )

    assert [(warned.pointer, warned.code) for warned in warnings(said)] == [
        ("/tags/1", "email_address"),
        ("/counterparts/0/name", "telephone_number"),
        ("/costs/1/description", "email_address"),
        ("/costs/1/description", "telephone_number"),
    ]


def test_a_text_made_to_be_slow_is_not() -> None:
    for text in ("0 1" * 3_333, "@" * 10_000, "a@" * 5_000, "a.a" * 3_333 + "@", "+1 (" * 2_500, "tel " * 2_500):
        started = time.perf_counter()
        found(text)
        assert time.perf_counter() - started < 0.5


async def test_a_write_warns_in_a_header_and_a_read_does_not(city: Holder) -> None:
    body = engagement(description="Ask jo@example.org", outcomes=[outcome(title="Call +30 210 327 7000")])
    made = await city.http.post(f"{city.path}/engagements", json=body)
    read = await city.http.get(made.headers["Location"])
    patched = await city.http.patch(
        made.headers["Location"], json={"title": "jo@example.org"}, headers={"If-Match": "*"}
    )
    clean = await city.http.patch(made.headers["Location"], json={"title": "A visit"}, headers={"If-Match": "*"})

    assert made.status_code == 201
    told = 'email_address; pointer="/description", telephone_number; pointer="/outcomes/0/title"'
    assert made.headers[HEADER] == told
    assert made.content == read.content
    assert patched.headers[HEADER] == 'email_address; pointer="/title"'
    for answer in (read, clean):
        assert HEADER not in answer.headers


WRITES = {"costs": cost(description="jo@example.org"), "outcomes": outcome(description="jo@example.org"),
          "proxies": proxy(source="jo@example.org"), "methods": method(source="jo@example.org")}  # fmt: skip


@pytest.mark.parametrize("path", WRITES)
async def test_every_kind_of_record_is_looked_through(city: Holder, path: str) -> None:
    made = await city.http.post(f"{city.path}/{path}", json=WRITES[path])

    assert made.status_code == 201
    assert made.headers[HEADER].startswith('email_address; pointer="/')


async def test_a_replay_warns_as_the_first_answer_did(city: Holder) -> None:
    async def posted() -> httpx.Response:
        body = engagement(description="Ask jo@example.org")
        return await city.http.post(f"{city.path}/engagements", json=body, headers={"Idempotency-Key": "k"})

    first, again = await posted(), await posted()

    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.content == first.content
    assert again.headers[HEADER] == first.headers[HEADER]
    assert again.headers["ETag"] == first.headers["ETag"]


async def test_putting_warns_and_the_batch_warns_row_by_row(city: Holder) -> None:
    put = await city.http.put(f"{city.path}/engagements/by-external-id/x", json=engagement(title="jo@example.org"))
    rows = [engagement(), engagement(costs=[cost(description="tel. 944204200")]), {"title": "jo@example.org"}]
    results = (await city.http.post(f"{city.path}/engagements/batch", json=rows)).json()["results"]

    assert put.headers[HEADER] == 'email_address; pointer="/title"'
    assert [row["status"] for row in results] == ["created", "created", "refused"]
    assert ["warnings" in row for row in results] == [False, True, False]
    (warned,) = results[1]["warnings"]
    assert (warned["pointer"], warned["code"]) == ("/costs/0/description", "telephone_number")
    assert "944" not in str(results)
