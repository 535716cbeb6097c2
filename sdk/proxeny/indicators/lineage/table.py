"""A lineage as a table: one row a record, then one a sum and one for the figure."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from proxeny.indicators.levers import LEVERS
from proxeny.indicators.lineage.writing import GROUPS

FACTS = (
    "kind", "record", "version", "external_id", "title", "day", "what", "status", "weight", "parts", "amount",
    "currency", "quantity", "unit", "unit_value", "rate", "rate_on", "rate_source", "deflator", "deflator_source",
    "factor", *LEVERS, "duration_years", "assumed", "evidence_level",
)  # fmt: skip
RESULTS = ("gross", "net", "present", "value", "reason")
# What somebody wrote, or might have; all else is a number.
TEXTS = frozenset({
    "kind", "record", "external_id", "title", "day", "what", "status", "parts", "currency", "unit", "rate_on",
    "rate_source", "deflator_source", "assumed", "reason",
})  # fmt: skip
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
DAYS = ("incurred_on", "occurred_on", "starts_on", "year")
STARTS_OF_FORMULAE = ("=", "+", "-", "@", "\t", "\r")
Row = dict[str, Any]


def to_csv(document: Mapping[str, Any]) -> str:
    """Return a lineage as CSV (RFC 4180): rows of records with what they add to each sum, of sums, and of the figure.

    Levers are those that were used, where a record was valued. A text that a spreadsheet would take for a formula gets
    an apostrophe before it; a number stays a number.
    """
    rows = [*_records(document), *_sums(document), _figure(document)]
    added = {name: None for row in rows for name in row if name not in {*FACTS, *RESULTS}}
    columns = [*FACTS, *added, *RESULTS]
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([_cell(column, row.get(column)) for column in columns] for row in rows)
    return table.getvalue()


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("Bilbao")
    ("'=1+1", 'Bilbao')
    """
    return f"'{text}" if text.startswith(STARTS_OF_FORMULAE) else text


def _cell(column: str, value: object) -> str:
    told = "" if value is None else str(value)
    return told if column not in TEXTS and NUMBER.fullmatch(told) else harmless(told)


def _records(document: Mapping[str, Any]) -> Iterator[Row]:
    for kind, group in GROUPS.items():
        for record in document["records"][group]:
            yield _record(kind, record)


def _record(kind: str, record: Mapping[str, Any]) -> Row:
    provenance, valued = record["provenance"] or {}, record.get("valued", {})
    shown = valued.get("levers") or record.get("levers") or {}
    parts = [f"{part['name']} {part['value']}" for part in provenance.get("parts", ())]
    row: Row = {name: {**provenance, **record, **shown}.get(name) for name in FACTS}
    return {
        **row,
        **record["contributions"],
        "kind": kind,
        "day": next((record[name] for name in DAYS if name in record), None),
        "what": record.get("kind") or record.get("category"),
        "parts": " × ".join(parts),
        "assumed": ", ".join(valued.get("assumed", ())),
        "gross": valued.get("gross"),
        "net": valued.get("net"),
        "present": (record.get("spent") or valued).get("present"),
    }


def _sums(document: Mapping[str, Any]) -> Iterator[Row]:
    for name, value in document["sums"].items():
        yield {"kind": "sum", "record": name, "value": value}


def _figure(document: Mapping[str, Any]) -> Row:
    figure, definition = document["figure"], document["definition"]
    return {
        "kind": "figure",
        "record": definition["id"],
        "title": definition["title"],
        "unit": definition["unit"],
        "status": figure["status"],
        "assumed": ", ".join(figure["assumed"]),
        "value": figure["value"],
        "reason": figure["reason"],
    }
