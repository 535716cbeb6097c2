"""From sums to figures as they are shown: divided by the public formulae, rounded so that groups add up."""

from collections.abc import Callable, Sequence
from decimal import Context, Decimal, localcontext
from typing import Any, NamedTuple

from proxeny.indicators import Figure, Sums, definition_of, display, figures, quantum_of, reconcile
from proxeny_api.fields import minor_digits
from proxeny_api.impact.queries import Summed
from proxeny_api.rates import book
from proxeny_api.rollups.sql import OVERHEAD, UNALLOCATED

EXACT = Context(prec=200)
UNKNOWN = "no_members_sharing"
GROUP_KINDS = {"network": "network", "kind": "engagement_kind", "theme": "theme", "sdg": "sdg", "year": "year"}


class Labelled(NamedTuple):
    """One group's sums and what it is called."""

    kind: str
    key: str | None
    label: str
    summed: Summed


def totalled(groups: Sequence[Summed]) -> Summed:
    """Return the sums of all groups together."""
    values: dict[str, Decimal] = {}
    with localcontext(EXACT):
        for group in groups:
            for name, value in group.values.items():
                values[name] = values.get(name, Decimal(0)) + value
    return Summed("", values, sum(group.missing for group in groups))


def computed(summed: Summed) -> list[Figure]:
    """Return every figure of the catalogue for some sums."""
    return list(figures(Sums(summed.values, missing=summed.missing)))


def shown(figure: Figure, currency: str) -> dict[str, Any]:
    """Return a figure as it is answered."""
    written = display(figure, minor_digits()[currency])
    return {
        "indicator": figure.indicator,
        "value": written.value,
        "unit": figure.unit,
        "status": figure.status,
        "reason": figure.reason,
        "bound": written.bound,
        "n": figure.n,
    }


def all_shown(summed: Summed, currency: str) -> list[dict[str, Any]]:
    """Return every figure of some sums as it is answered."""
    return [shown(figure, currency) for figure in computed(summed)]


def reconciled(total: list[Figure], groups: list[list[Figure]], currency: str) -> list[list[Figure]]:
    """Return the groups' figures, those that can be added rounded so that they add up to the total's."""
    digits = minor_digits()[currency]
    columns: list[list[Figure]] = []
    for figure, *parts in zip(total, *groups, strict=True):
        values = [part.value for part in parts if part.value is not None]
        if definition_of(figure.indicator).additive and figure.value is not None and len(values) == len(parts):
            rounded = reconcile(values, figure.value, quantum_of(figure.unit, digits))
            columns.append([part._replace(value=value) for part, value in zip(parts, rounded, strict=True)])
        else:
            columns.append(parts)
    return [list(row) for row in zip(*columns, strict=True)] if groups else []


def grouped(labelled: Sequence[Labelled], currency: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the total and the groups as they are answered."""
    total = computed(totalled([group.summed for group in labelled]))
    parts = reconciled(total, [computed(group.summed) for group in labelled], currency)
    shown_total = {"kind": "total", "key": None, "label": "Total", "figures": [shown(each, currency) for each in total]}
    shown_groups = [
        {
            "kind": group.kind,
            "key": group.key,
            "label": group.label,
            "figures": [shown(each, currency) for each in part],
        }
        for group, part in zip(labelled, parts, strict=True)
    ]
    return shown_total, shown_groups


def withheld(currency: str, status: str, reason: str) -> dict[str, Any]:
    """Return a total of which nothing may be or can be said."""
    nothing = [
        figure._replace(value=None, status=status, reason=reason, bound=None, n=0)  # type: ignore[arg-type]
        for figure in computed(Summed("", {}, 0))
    ]
    return {"kind": "total", "key": None, "label": "Total", "figures": [shown(each, currency) for each in nothing]}


def labelled(
    group_by: str, groups: Sequence[Summed], networks: dict[str, tuple[str, str]], label: Callable[[str], str]
) -> list[Labelled]:
    """Return the groups with their names, in order; what belongs to none comes last."""
    if group_by == "none":
        return [Labelled("total", None, "Total", group) for group in groups]
    named = []
    for group in groups:
        if group.key in ("", UNALLOCATED):
            named.append(Labelled("unallocated", None, "Unallocated", group))
        elif group.key == OVERHEAD:
            named.append(Labelled("overhead", None, "Overhead", group))
        elif group_by == "network":
            code, name = networks[group.key]
            named.append(Labelled("network", code, name, group))
        else:
            words = {"sdg": f"Goal {group.key}", "year": group.key}.get(group_by) or label(group.key)
            named.append(Labelled(GROUP_KINDS[group_by], group.key, words, group))
    return sorted(named, key=lambda one: (one.key is None, _natural(one.key or ""), one.kind))


def _natural(key: str) -> tuple[int, str]:
    """Return an order in which goal 2 comes before goal 10."""
    return (int(key), "") if key.isdigit() else (0, key)


def rates(policy: str) -> dict[str, Any]:
    """Return what is told of the conversion."""
    return {
        "source": book.SOURCE,
        "policy": policy,
        "rate_date": "day_of_flow",
        "grace_days": book.GRACE_DAYS if policy == "last_known" else 0,
        "published_to": book.published_to().isoformat(),
    }
