"""The lineage of a figure: each record behind it and each step between, from which anybody can compute it again.

::

    from proxeny.indicators.lineage import recompute, to_csv, written

    document = written("sroi", items, frame, provenance, {"currency": "EUR", "minor_digits": 2})
    assert recompute(document) == []
    print(to_csv(document))
"""

from proxeny.indicators.lineage.reading import Lineage, read
from proxeny.indicators.lineage.recomputing import Difference, recompute
from proxeny.indicators.lineage.table import to_csv
from proxeny.indicators.lineage.writing import FORMAT, Provenance, Provenances, digest_of, written

__all__ = [
    "FORMAT",
    "Difference",
    "Lineage",
    "Provenance",
    "Provenances",
    "digest_of",
    "read",
    "recompute",
    "to_csv",
    "written",
]
