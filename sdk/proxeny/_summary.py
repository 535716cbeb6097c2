"""An answer about impact in plain English: what was spent, what came of it, and what cannot be told and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from proxeny import _sentences as said
from proxeny._readable import number, percent, span, with_unit
from proxeny._sentences import PARAGRAPHS, Choice, Sentence

if TYPE_CHECKING:
    from proxeny.models import Figure, Impact

PLACE = re.compile(r"\{([a-z0-9_.]+)(?::([a-z]+))?(?:\|([^|}]+)\|([^|}]+))?\}")
MOST_PARTS = 3
Figures = Mapping[str, "Figure"]


def summary(
    figures: Iterable[Figure], heading: str, *, currency: str | None = None, base_year: int | None = None
) -> str:
    """Return what the figures say in sentences, a paragraph a line, under a heading.

    Whatever a figure that is undefined would have told is left out, and told to be unknown, with its reason.
    """
    every = {figure.indicator: figure for figure in figures}
    known = {id: figure for id, figure in every.items() if is_defined(figure)}
    currency = currency or next((figure.currency for figure in every.values() if figure.currency), None)
    phrases = _phrases(known, currency, base_year)
    paragraphs = [text for choices in PARAGRAPHS if (text := _paragraph(choices, known, phrases))]
    lost = [figure for id, figure in every.items() if id not in known]
    rest = [figure for id, figure in known.items() if not (paragraphs and _is_common(id))]
    missed = [figure for figure in lost if not _is_silent(figure.indicator)] or ([] if known else lost)
    lines = [heading, *paragraphs, *_assumptions(known), *map(_plainly, rest), *_untold(missed, everything=not known)]
    return "\n".join(lines if every else [heading, "There are no figures."])


def of_impact(impact: Impact, name: str | None = None) -> str:
    """Return the sentences of a whole answer: whose, of when, in what money, and what had no rate of exchange."""
    lines = summary(
        impact.total.figures, _heading(impact, name), currency=impact.currency, base_year=impact.base_year
    ).split("\n")
    lost = [
        f"No rate of exchange was found for {number(one.amount, 'money')} {one.currency} of {_plural(one.records)}."
        for one in impact.unconverted
    ]
    return "\n".join([*lines[:1], *_members(impact), *lines[1:], *lost])


def _heading(impact: Impact, name: str | None) -> str:
    subject = " ".join((name or "").split()) or f"{_upper(impact.subject.kind)} {impact.subject.code}"
    prices = f" at the prices of {impact.price_year}" if impact.price_year is not None else ""
    days = [f"{word} {day}" for word, day in (("from", impact.from_), ("to", impact.to)) if day]
    period = " ".join(days) if days else "all that is recorded"
    return f"{subject}: {period}, as it stood on {impact.as_of.date()}, in {impact.currency}{prices}."


def _members(impact: Impact) -> list[str]:
    members = impact.members
    if members is None:
        return []
    some = f"{members.sharing:,} {'member that shares' if members.sharing == 1 else 'members that share'} figures"
    others = f"{members.totals_only:,} {'that shares' if members.totals_only == 1 else 'that share'} totals only"
    if members.totals_only == 0:
        return [f"These are the figures of {some}."]
    return [f"These are the figures of {some}, {'and' if members.totals_included else 'without'} {others}."]


def _plural(records: str) -> str:
    return f"{records}s" if not records.endswith("s") else records


def is_defined(figure: Figure) -> bool:
    """Tell whether a figure has a value that can be written."""
    return figure.value is not None and figure.value.is_finite()


def is_modelled(figure: Figure) -> bool:
    """Tell whether a value rests on more than records that were added up."""
    is_drawn = figure.interval is not None and figure.interval.kind == "monte_carlo"
    return is_drawn or figure.status == "assumption_based"


def listed(parts: Sequence[str], word: str = "and") -> str:
    """Return parts as a list in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"]), listed(["a", "b"], "or")
    ('a', 'a, b and c', 'a or b')
    """
    return f" {word} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def why(figure: Figure) -> str:
    """Return in words why a figure has no value."""
    reason = figure.reason or (figure.status if figure.value is None else "not_a_number")
    names = figure.indicator, figure.indicator.split(".", maxsplit=1)[0]
    own = next((said.REASONS_OF[name, reason] for name in names if (name, reason) in said.REASONS_OF), None)
    return own or said.REASONS.get(reason) or reason.replace("_", " ")


def _paragraph(choices: Sequence[Choice], known: Figures, phrases: Mapping[str, str]) -> str:
    found = [next((one for one in choice if _holds(one, known, phrases)), None) for choice in choices]
    return " ".join(_upper(_filled(one.text, known, phrases)) for one in found if one is not None)


def _holds(sentence: Sentence, known: Figures, phrases: Mapping[str, str]) -> bool:
    named = {match[1] for match in PLACE.finditer(sentence.text)}
    least = (*((id, 0) for id in sentence.some_of), *((id, 1) for id in sentence.over_one))
    return (
        named <= known.keys() | phrases.keys()
        and sentence.not_beside not in known
        and all(_value(known, id) == 0 for id in sentence.none_of)
        and all((_value(known, id) or 0) > bound for id, bound in least)
    )


def _value(known: Figures, id: str) -> Decimal | None:
    return known[id].value if id in known else None


def _filled(text: str, known: Figures, phrases: Mapping[str, str]) -> str:
    return PLACE.sub(partial(_place, known, phrases), text)


def _place(known: Figures, phrases: Mapping[str, str], place: re.Match[str]) -> str:
    name, part, one, many = place.groups()
    if name in phrases:
        return phrases[name]
    figure = known[name]
    if part is not None:
        return {"range": _range(figure), "assumed": _not_recorded(figure.assumed, "; "), "method": figure.method}[part]
    return amount(figure) if one is None else _counted(figure, one, many)


def amount(figure: Figure) -> str:
    """Return a figure's value with its unit."""
    text = _number(figure)
    about = "about " if is_modelled(figure) else ""
    return about + with_unit(text, figure.unit, figure.currency)


def _number(figure: Figure) -> str:
    return number(figure.value or Decimal(0), figure.unit, modelled=is_modelled(figure))


def _counted(figure: Figure, one: str, many: str) -> str:
    """Return a number with its noun; none at all is `no`."""
    text = _number(figure)
    return f"{'about ' if is_modelled(figure) else ''}{'no' if text == '0' else text} {one if text == '1' else many}"


def _range(figure: Figure) -> str:
    """Return between which values a figure lies, to stand behind it; nothing where that is not known."""
    if figure.interval is None:
        return ""
    low, high = span(figure.interval, figure.unit)
    if low is None and high is None:
        return ""
    how = said.INTERVALS.get(figure.interval.kind, "at {}").format(percent(figure.interval.level))
    last = with_unit(high or low or "", figure.unit, figure.currency)
    if low is None or high is None:
        return f", {how} {'at least' if high is None else 'at most'} {last}"
    return f", {how} between {low} and {last}"


def _not_recorded(levers: Sequence[str], before: str = "") -> str:
    """Return which levers nobody recorded; nothing when there are none."""
    if not levers:
        return ""
    names = listed([said.LEVERS.get(lever, lever.replace("_", " ")) for lever in levers])
    ending = "was not recorded and taken from the method's prior"
    if len(levers) > 1:
        ending = "were not recorded and taken from the method's priors"
    return f"{before}{names} {ending}"


def _assumptions(known: Figures) -> list[str]:
    """Return a line of the levers that were assumed, where no sentence about the return tells them."""
    returns = [known[id] for id in ("sroi", "bcr") if id in known]
    told = set(returns[0].assumed) if returns else set()
    levers = dict.fromkeys(lever for figure in known.values() for lever in figure.assumed if lever not in told)
    return [_upper(_not_recorded(list(levers))) + "."] if levers else []


def _phrases(known: Figures, currency: str | None, base_year: int | None) -> dict[str, str]:
    """Return what sentences hold besides single figures."""
    spent, lost = _spent(known), _break_even(known)
    return {
        "each": said.CURRENCIES.get(currency or "", currency or "unit of money"),
        "kinds": _kinds(known),
        **({"base_year": str(base_year)} if base_year is not None else {}),
        **({"shared": said.SHARED} if any(map(_is_in_part, known.values())) else {}),
        **({"spent": spent} if spent else {}),
        **({"break_even": lost} if lost else {}),
    }


def _parts(known: Figures, prefix: str) -> list[tuple[str, Figure]]:
    """Return the figures of a family that are more than nought, the largest first, by what their names end with."""
    found = [(id.removeprefix(prefix), one) for id, one in known.items() if id.startswith(prefix)]
    some = [(code, one) for code, one in found if one.value and one.value > 0]
    return sorted(some, key=lambda part: part[1].value or 0, reverse=True)


def _spent(known: Figures) -> str:
    parts = _parts(known, "cost.category.")
    words = [f"{said.CATEGORIES.get(code, code.replace('_', ' '))} ({amount(one)})" for code, one in parts[:MOST_PARTS]]
    return f"{'The largest parts were' if len(parts) > MOST_PARTS else 'It went on'} {listed(words)}." if words else ""


def _kinds(known: Figures) -> str:
    words = []
    for code, one in _parts(known, "outcomes.count."):
        unknown = f"of the kind {code.replace('_', ' ')}"
        words.append(_counted(one, *said.KINDS.get(code, (unknown, unknown))))
    return f": {listed(words)}" if words else ""


def _is_in_part(figure: Figure) -> bool:
    """Tell whether a number of outcomes holds parts of outcomes."""
    value = figure.value or Decimal(0)
    return figure.indicator.startswith("outcomes.count") and value != value.to_integral_value()


def _break_even(known: Figures) -> str:
    conditions = [
        f"if {words.format(amount(known[f'break_even.{lever}']).removeprefix('about '))}"
        for lever, words in said.BREAK_EVEN.items()
        if f"break_even.{lever}" in known
    ]
    alone = ", all else as it is" if conditions else ""
    return f"Benefits would just cover costs {listed(conditions, 'or')}{alone}." if conditions else ""


def _is_common(id: str) -> bool:
    return id in said.NAMES or id.startswith(said.SILENT) or any(f"{{{id}" in each for each in _texts())


def _is_silent(id: str) -> bool:
    return id not in said.NAMES and _is_common(id)


def _texts() -> Iterable[str]:
    return (sentence.text for choices in PARAGRAPHS for choice in choices for sentence in choice)


def _plainly(figure: Figure) -> str:
    """Return a figure that no sentence is known for."""
    return f"{figure.indicator}: {amount(figure)}{_range(figure)}."


def _untold(figures: Sequence[Figure], *, everything: bool) -> list[str]:
    """Return what cannot be told, one line a reason."""
    by_reason: dict[str, list[Figure]] = {}
    for figure in figures:
        by_reason.setdefault(why(figure), []).append(figure)
    if everything and len(by_reason) == 1:
        return [f"Nothing can be told: {next(iter(by_reason))}."]
    lines = [_upper(f"{_names(group)} cannot be told: {reason}.") for reason, group in by_reason.items()]
    return lines + [_at_least(figure) for figure in figures if figure.bound is not None and figure.bound.is_finite()]


def _names(figures: Sequence[Figure]) -> str:
    return listed([said.NAMES.get(figure.indicator, f"the figure {figure.indicator}") for figure in figures])


def _at_least(figure: Figure) -> str:
    bound = with_unit(number(figure.bound or Decimal(0), figure.unit), figure.unit, figure.currency)
    return f"With 95 % confidence, {_names([figure])} is at least {bound}."


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
