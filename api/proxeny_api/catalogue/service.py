"""What the catalogue says: each entry made once a process, for it changes with the code only."""

from collections.abc import Mapping
from functools import cache

from proxeny.indicators import Definition, catalogue
from proxeny_api.catalogue.schemas import Code, Indicator, Vocabulary
from proxeny_api.errors import NotFound
from proxeny_api.vocabularies.codes import LISTS, VERSION
from proxeny_api.vocabularies.labels import label

Entries = Mapping[str, str]


@cache
def vocabularies() -> Entries:
    """Return every code list as JSON, by its name."""
    lists = (
        Vocabulary(name=name, version=VERSION, codes=[Code(code=code, label=label(code)) for code in codes])
        for name, codes in LISTS.items()
    )
    return {each.name: each.model_dump_json() for each in lists}


@cache
def indicators() -> Entries:
    """Return every indicator as JSON, by its id, in the order of figures."""
    return {definition.id: _indicator(definition).model_dump_json() for definition in catalogue()}


def _indicator(definition: Definition) -> Indicator:
    return Indicator(
        id=definition.id,
        title=definition.title,
        unit=definition.unit,
        formula=definition.formula,
        undefined=definition.undefined,
        source=definition.source,
        records=list(definition.records),
        additive=definition.additive,
        converted=definition.converted,
        valued=definition.valued,
    )


def entry(entries: Entries, name: str, kind: str) -> bytes:
    """Return one entry; raises NotFound."""
    if name not in entries:
        raise NotFound(f"No {kind} {name}.")
    return entries[name].encode()
