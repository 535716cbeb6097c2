"""Made-up answers about impact, for tests of what the client says of them."""

from typing import Any

from proxeny.indicators import catalogue
from proxeny.models import Impact

UNITS = {definition.id: definition.unit for definition in catalogue()}
Entry = dict[str, Any]


def figure(indicator: str, value: str | None = None, **more: Any) -> Entry:
    """Return a figure as it is answered; one without a value is undefined."""
    unit = more.pop("unit", None) or UNITS.get(indicator, "count")
    told: Entry = {
        "indicator": indicator,
        "value": value,
        "unit": unit,
        "status": "undefined" if value is None else "ok",
        "reason": None,
        "bound": None,
        "n": 3,
        "interval": None,
        "method": "sroi-guide@1",
        "currency": "EUR" if unit == "money" else None,
        "price_year": None,
        "as_of": "2026-11-23T10:00:00Z",
        "assumed": [],
        "lineage": None,
    }
    return {**told, **more}


def interval(low: str | None, high: str | None, kind: str = "monte_carlo", level: str = "0.90") -> Entry:
    """Return an interval as it is answered."""
    drawn = {"draws": 20000, "seed": 7, "standard_error": "0.01"} if kind == "monte_carlo" else {}
    return {"level": level, "low": low, "high": high, "kind": kind} | {
        "draws": None,
        "seed": None,
        "standard_error": None,
        **drawn,
    }


def group(label: str, *figures: Entry, kind: str = "network") -> Entry:
    """Return a group as it is answered."""
    return {"kind": kind, "key": None if kind == "total" else "key", "label": label, "figures": list(figures)}


def impact(*figures: Entry, **more: Any) -> Impact:
    """Return an answer with these figures in all."""
    rates = {
        "source": "A bank (made up)",
        "policy": "last_known",
        "rate_date": "day_of_flow",
        "grace_days": 7,
        "published_to": "2026-10-30",
    }
    told: Entry = {
        "subject": {"kind": "city", "code": "bilbao"},
        "method": "sroi-guide@1",
        "currency": "EUR",
        "price_year": None,
        "level": "0.90",
        "base_year": 2022,
        "group_by": "none",
        "from": None,
        "to": None,
        "as_of": "2026-11-23T10:00:00Z",
        "rates": rates,
        "unconverted": [],
        "members": None,
        "total": group("Total", *figures, kind="total"),
        "groups": [],
    }
    return Impact.model_validate({**told, **more})
