"""Whatever figures an answer holds, what is said of them is sentences, and nothing undefined becomes a number."""

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.sdk.impacts import UNITS, Entry, figure, group, impact, interval

numbers = st.decimals(allow_nan=False, allow_infinity=False) | st.integers(-3, 3).map(Decimal)
intervals = st.builds(
    interval,
    st.none() | numbers.map(str),
    st.none() | numbers.map(str),
    st.sampled_from(["monte_carlo", "wilson", "kaplan_meier", "gamma_poisson", "unheard_of"]),
    st.sampled_from(["0.90", "0.5", "high", "1E+9"]),
)
ids = st.sampled_from(sorted(UNITS)) | st.from_regex(r"[a-z]{1,9}(\.[a-z_]{1,9})?", fullmatch=True)
entries = st.builds(
    figure,
    ids,
    st.none() | numbers.map(str),
    unit=st.sampled_from(["", "smiles", *UNITS.values()]),
    status=st.sampled_from(["ok", "undefined", "assumption_based", "insufficient_data", "unheard_of"]),
    reason=st.none() | st.sampled_from(["zero_cost", "not_reached", "unheard_of"]),
    bound=st.none() | numbers.map(str),
    interval=st.none() | intervals,
    currency=st.none() | st.just("EUR"),
    assumed=st.lists(st.sampled_from(["deadweight", "drop_off", "luck"]), max_size=3),
)


@given(figures=st.lists(entries, max_size=30, unique_by=lambda entry: str(entry["indicator"])))
def test_whatever_the_figures_there_are_sentences(figures: list[Entry]) -> None:
    figures = [one for one in figures if not re.search("none|nan", one["indicator"])]
    answer = impact(*figures, groups=[group("One", *figures)])

    told = [answer.summary(), answer.groups[0].summary(), *(cell for row in answer.table() for cell in row.values())]

    for text in told:
        assert not re.search(r"\bnone\b|\bnan\b|\{|\}|  ", text.replace("none is the right", "").lower()), text
    assert all(line.endswith((".", ":")) for line in answer.summary().splitlines())


@given(figures=st.lists(entries, max_size=8, unique_by=lambda entry: str(entry["indicator"])))
def test_what_is_undefined_is_never_told_as_a_number(figures: list[Entry]) -> None:
    lost = [{**one, "value": None, "bound": None, "status": "undefined"} for one in figures]

    text = "\n".join(impact(*lost).summary().splitlines()[1:])
    for words in ("0 to 100 %", "−100 %", *UNITS):
        text = text.replace(words, "")
    assert not re.search(r"\d", text), text
