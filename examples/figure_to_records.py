"""From a headline down to its records, and the headline made again from them: with a city's key.

`python examples/figure_to_records.py [INDICATOR]` shows the social return, or another figure, of each network; takes
the network with most records behind it; lists the largest of them; and computes the figure again from these alone.
"""

import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from proxeny import Proxeny
from proxeny.indicators.lineage import recompute
from proxeny.models import Group

SHOWN = 5
COUNTS = ("missing", "unvalued")


class Contribution(NamedTuple):
    """What one record adds to one of the sums that a figure is made of."""

    kind: str
    record: Mapping[str, Any]
    sum: str
    value: Decimal


def contributions(document: Mapping[str, Any]) -> Iterator[Contribution]:
    """Return what the records of a lineage add to its sums, but for those that only count records."""
    for group, records in document["records"].items():
        for record in records:
            for name, value in record["contributions"].items():
                if not name.endswith("_n") and name not in COUNTS:
                    yield Contribution(group.removesuffix("s"), record, name, Decimal(value))


def described(one: Contribution) -> str:
    """Return a contribution in one line: whose it is, how much, by which weight, rate and levers."""
    known = one.record["provenance"] or {}
    parts = " × ".join(f"{part['name']} {part['value']}" for part in known.get("parts", ()))
    told = [f"weight {one.record['weight']}" + (f" ({parts})" if parts else "")] if "weight" in one.record else []
    if one.record.get("factor"):
        told.append(f"rate {known.get('rate') or 1} on {known.get('rate_on') or 'any day'}")
    valued = one.record.get("valued", {})
    for lever, value in valued.get("levers", {}).items():
        told.append(f"{lever} {value}" + (" (assumed)" if lever in valued["assumed"] else ""))
    name = known.get("external_id") or one.record["record"]
    return f"{one.kind} {name}: {one.value:,.2f} to {one.sum}; {', '.join(told)}"


def headline(groups: list[Group], total: Group, indicator: str) -> Group:
    """Return the network whose figure rests on most records; the total where no network's has a value."""
    defined = [group for group in groups if group.kind == "network" and group.figure(indicator).value is not None]
    return max(defined, key=lambda group: group.figure(indicator).n, default=total)


def main(indicator: str) -> int:
    """Walk from the figure to its records and back; return 0 when it comes out the same."""
    with Proxeny() as client:  # PROXENY_BASE_URL and PROXENY_API_KEY
        impact = client.cities.impact(str(client.me().owner), group_by="network", indicators=[indicator])
        for row in impact.table(indicator):
            print(f"{row['group']:50} {row[indicator]}")
        group = headline(impact.groups, impact.total, indicator)
        document = client.impact.lineage_of(group.figure(indicator))
    print(f"\n{group.summary(impact.currency)}\n")
    found = sorted(contributions(document), key=lambda one: abs(one.value), reverse=True)
    print(f"{min(SHOWN, len(found))} largest of {len(found):,} contributions to {indicator}, in {impact.currency}:")
    print(*map(described, found[:SHOWN]), sep="\n")
    differences = recompute(document)
    print("\nComputed again from these records alone:", "not equal." if differences else "equal.")
    print(*differences, sep="\n", end="\n" if differences else "")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "sroi"))
