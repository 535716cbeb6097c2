"""Figures as they are answered: rounded so that groups add up, each with its interval, its method and its lineage."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, localcontext
from typing import Any, NamedTuple
from urllib.parse import urlencode

from proxeny.indicators import Figure, Sums, catalogue, definition_of, display, figures, quantum_of, reconcile
from proxeny.indicators.intervals import Interval
from proxeny.indicators.showing import digits
from proxeny_api.fields import minor_digits
from proxeny_api.impact.asked import Asked
from proxeny_api.impact.assessing import Group
from proxeny_api.impact.queries import Summed
from proxeny_api.ledger.chain import instant
from proxeny_api.rates import book
from proxeny_api.rollups.sql import OVERHEAD, UNALLOCATED

EXACT = Context(prec=200)
SHOWN_ERROR = Context(prec=4)
UNKNOWN = "no_members_sharing"
GROUP_KINDS = {"network": "network", "kind": "engagement_kind", "theme": "theme", "sdg": "sdg", "year": "year"}
LINEAGE_KEYS = {UNALLOCATED: "unallocated", OVERHEAD: "overhead"}


class Stamp(NamedTuple):
    """What every figure of one answer carries, and where lineages are; no place where they may not be seen."""

    asked: Asked
    as_of: str
    place: str | None

    @classmethod
    def of(cls, asked: Asked, place: str | None) -> "Stamp":
        """Return the stamp of an answer; `place` is the path under which each indicator has its lineage."""
        return cls(asked, instant(asked.until()), place)

    def lineage(self, indicator: str, group: str | None) -> str | None:
        """Return where the lineage of one figure is: of a group, or of all together."""
        if self.place is None:
            return None
        asked, (first, last) = self.asked, self.asked.period
        query = {
            "group_by": "none" if group is None else asked.group_by,
            "group": group,
            "method": asked.method.id,
            "currency": asked.currency,
            "price_year": asked.price_year,
            "policy": asked.policy,
            "from": first,
            "to": last,
            "as_of": None if asked.as_of is None else self.as_of,
        }
        said = {name: value for name, value in query.items() if value is not None}
        return f"{self.place}/{indicator}/lineage?{urlencode(said)}"


class Labelled(NamedTuple):
    """One group's figures and what it is called."""

    kind: str
    key: str | None
    label: str
    group: Group


def totalled(groups: Sequence[Summed]) -> Summed:
    """Return the sums of all groups together."""
    values: dict[str, Decimal] = {}
    with localcontext(EXACT):
        for group in groups:
            for name, value in group.values.items():
                values[name] = values.get(name, Decimal(0)) + value
    return Summed("", values, sum(group.missing for group in groups))


def shown(figure: Figure, stamp: Stamp, interval: Interval | None, group: str | None) -> dict[str, Any]:
    """Return a figure as it is answered."""
    asked = stamp.asked
    minor = minor_digits()[asked.currency]
    written = display(figure, minor)
    return {
        "indicator": figure.indicator,
        "value": written.value,
        "unit": figure.unit,
        "status": figure.status,
        "reason": figure.reason,
        "bound": written.bound,
        "n": figure.n,
        "interval": None if interval is None else _interval(interval, figure, minor),
        "method": asked.method.id,
        "currency": asked.currency if figure.unit == "money" else None,
        "price_year": asked.price_year,
        "as_of": stamp.as_of,
        "assumed": list(figure.assumed),
        "lineage": stamp.lineage(figure.indicator, group),
    }


def _interval(interval: Interval, figure: Figure, minor: int) -> dict[str, Any]:
    error = interval.standard_error
    return {
        "level": f"{interval.level:f}",
        "low": digits(interval.low, figure.unit, minor),
        "high": digits(interval.high, figure.unit, minor),
        "kind": interval.kind,
        "draws": interval.draws,
        "seed": interval.seed,
        # Of an error the first digits matter; the last ones hang on the order in which records were read.
        "standard_error": None if error is None else f"{SHOWN_ERROR.plus(error):f}",
    }


def all_shown(group: Group, stamp: Stamp, key: str | None = None) -> list[dict[str, Any]]:
    """Return every figure of a group as it is answered."""
    return [shown(figure, stamp, group.intervals.get(figure.indicator), key) for figure in group.figures]


def reconciled(total: list[Figure], groups: list[list[Figure]], currency: str) -> list[list[Figure]]:
    """Return the groups' figures, those that can be added rounded so that they add up to the total's."""
    minor = minor_digits()[currency]
    columns: list[list[Figure]] = []
    for figure, *parts in zip(total, *groups, strict=True):
        with_value = [part for part in parts if part.value is not None]
        # What a group has no value of adds nothing, unless an amount without a rate is behind it.
        adds = all(part.value is not None or part.reason == "no_outcomes" for part in parts)
        if definition_of(figure.indicator).additive and figure.value is not None and adds:
            values = [part.value for part in with_value if part.value is not None]
            rounded = iter(reconcile(values, figure.value, quantum_of(figure.unit, minor)))
            columns.append([part if part.value is None else part._replace(value=next(rounded)) for part in parts])
        else:
            columns.append(parts)
    return [list(row) for row in zip(*columns, strict=True)] if groups else []


def grouped(labelled: Sequence[Labelled], total: Group, stamp: Stamp) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the total and the groups as they are answered."""
    parts = reconciled(total.figures, [one.group.figures for one in labelled], stamp.asked.currency)
    shown_total = {"kind": "total", "key": None, "label": "Total", "figures": all_shown(total, stamp)}
    shown_groups = [
        {
            "kind": one.kind,
            "key": one.key,
            "label": one.label,
            "figures": all_shown(one.group._replace(figures=part), stamp, one.key or one.kind),
        }
        for one, part in zip(labelled, parts, strict=True)
    ]
    return shown_total, shown_groups


def withheld(stamp: Stamp, status: str, reason: str) -> dict[str, Any]:
    """Return a total of which nothing may be or can be said."""
    nothing = [
        figure._replace(value=None, status=status, reason=reason, bound=None, n=0)  # type: ignore[arg-type]
        for figure in figures(Sums({}), stamp.asked.indicators or [definition.id for definition in catalogue()])
    ]
    return {"kind": "total", "key": None, "label": "Total", "figures": all_shown(Group(nothing, {}), stamp)}


def labelled(
    group_by: str,
    groups: Mapping[str, Group],
    networks: Mapping[str, tuple[str, str]],
    label: Callable[[str], str],
) -> list[Labelled]:
    """Return the groups with their names, in order; what belongs to none comes last."""
    if group_by == "none":
        return [Labelled("total", None, "Total", group) for group in groups.values()]
    named = []
    for key, group in groups.items():
        if key in ("", UNALLOCATED):
            named.append(Labelled("unallocated", None, "Unallocated", group))
        elif key == OVERHEAD:
            named.append(Labelled("overhead", None, "Overhead", group))
        elif group_by == "network":
            code, name = networks[key]
            named.append(Labelled("network", code, name, group))
        else:
            words = {"sdg": f"Goal {key}", "year": key}.get(group_by) or label(key)
            named.append(Labelled(GROUP_KINDS[group_by], key, words, group))
    return sorted(named, key=lambda one: (one.key is None, _natural(one.key or ""), one.kind))


def _natural(key: str) -> tuple[int, str]:
    """Return an order in which goal 2 comes before goal 10."""
    return (int(key), "") if key.isdigit() else (0, key)


def rates(asked: Asked) -> dict[str, Any]:
    """Return what is told of the conversion."""
    return {
        "source": book.SOURCE,
        "policy": asked.policy,
        "rate_date": "day_of_flow" if asked.price_year is None else "mean_of_price_year",
        "grace_days": book.GRACE_DAYS if asked.policy == "last_known" else 0,
        "published_to": book.published_to().isoformat(),
    }
