"""Cases of comparison: what small samples have in common, each drawn towards it, and who is likely the best."""

from collections.abc import Callable, Sequence
from typing import get_args

from proxeny.indicators.ranking import (
    Estimator,
    Pooled,
    Rank,
    Shrunk,
    gamma_poisson_shrunk,
    pooled,
    ranked,
    shrunk,
)
from tools.cases.answers import Answer, Found, Make
from tools.cases.chances import LEVEL, level_of
from tools.cases.given import Given, folded, numbers_of
from tools.cases.kinds import kind

ESTIMATES = ("yi", "y", "estimates", "effects", "values")
VARIANCES = ("vi", "v", "variances", "var")
ERRORS = ("sei", "se", "standard_errors", "sd", "sigma")
SPELT: dict[str, Estimator] = {
    "fe": "EE", "ce": "EE", "fixed": "EE", "equaleffects": "EE", "commoneffect": "EE", "dersimonianlaird": "DL",
    "hedges": "HE", "hedgesolkin": "HE", "paulemandel": "PM", "maximumlikelihood": "ML",
    "restrictedmaximumlikelihood": "REML", **{folded(name): name for name in get_args(Estimator)},
}  # fmt: skip
NAMES = "|".join(SPELT)


@kind("shrinkage", "empirical_bayes", "random_effects", "meta_analysis", "pooled", "gamma_poisson_shrinkage",
      bare="studies", conventions=rf"(?i)^(?:{NAMES})$")  # fmt: skip
def shrinkage(given: Given) -> Answer:
    """Solve for what estimates have in common and what becomes of each."""
    if given.has("counts", "events") and given.has("exposures", "exposure"):
        return of_counts(given)
    y, v = estimates_of(given)
    level = level_of(given) if given.has(*LEVEL) else level_of(Given("", {}, "", ""))
    methods = methods_of(given)

    def common(part: Callable[[Pooled], Found]) -> Make:
        return lambda: each_method(given, [part(pooled(y, v, method, level)) for method in methods])

    def drawn(part: Callable[[Shrunk], Found]) -> Make:
        return lambda: each_method(given, [part(shrunk(y, v, method, level)) for method in methods])

    return Answer({
        "mu estimate mean pooled beta": common(lambda found: found.mu),
        "tau2 tausquared": common(lambda found: found.tau2),
        "tau": common(lambda found: found.tau2**0.5),
        "se standard_error": common(lambda found: found.se),
        "ci interval": common(lambda found: found.ci),
        "low lower ci_lb": common(lambda found: found.ci[0]),
        "high upper ci_ub": common(lambda found: found.ci[1]),
        "q qe": lambda: pooled(y, v, methods[0], level).q,
        "k n": lambda: len(y),
        **parts_of(drawn),
    })  # fmt: skip


def parts_of(drawn: Callable[[Callable[[Shrunk], Found]], Make]) -> dict[str, Make]:
    """Return what may be asked of estimates that were drawn towards what they have in common."""
    return {
        "shrunk estimates theta posterior blup eb": drawn(lambda found: [each.value for each in found.estimates]),
        "own weights reliability lambda": drawn(lambda found: [each.own for each in found.estimates]),
        "shrinkage_factor b shrinkage": drawn(lambda found: [1 - each.own for each in found.estimates]),
        "intervals cis": drawn(lambda found: [[each.low, each.high] for each in found.estimates]),
        "towards prior_mean": drawn(lambda found: found.towards),
        "between prior_variance": drawn(lambda found: found.between),
        "note": drawn(lambda found: found.note),
        "is_shrunk shrinks": drawn(lambda found: found.note is None),
    }


def of_counts(given: Given) -> Answer:
    """Solve for rates drawn towards the rate of all."""
    exposures = floats(given, "exposures", "exposure")
    found = gamma_poisson_shrunk(given.wholes("counts", "events"), exposures, level_of(given))
    parts = parts_of(lambda part: lambda: part(found))
    return Answer({**parts, "mean rate": lambda: found.towards, "variance var": lambda: found.between})


def estimates_of(given: Given) -> tuple[list[float], list[float]]:
    """Return the estimates and their variances, which may be told by standard errors, or study by study."""
    if given.has("studies"):
        parts = [estimates_of(row) for row in given.rows("studies")]
        return [y for [y], _ in parts], [v for _, [v] in parts]
    y = floats(given, *ESTIMATES)
    return y, floats(given, *VARIANCES) if given.has(*VARIANCES) else [error**2 for error in floats(given, *ERRORS)]


def floats(given: Given, *names: str) -> list[float]:
    return [float(number) for number in given.numbers(*names)]


def methods_of(given: Given) -> list[Estimator]:
    """Return the estimators of tau² that a case names, REML where it names none."""
    if given.has("methods", "method", "estimator"):
        written = given.find("methods", "method", "estimator")
        names = [str(name) for name in written] if isinstance(written, list) else [str(written)]
    else:
        names = [word for word in given.convention.split() if folded(word) in SPELT] or ["REML"]
    unknown = [name for name in names if folded(name) not in SPELT]
    if unknown:
        message = f"the library knows no estimator {unknown}"
        raise LookupError(message)
    return [SPELT[folded(name)] for name in names]


def each_method(given: Given, found: Sequence[Found]) -> Found:
    """Return one answer for each method where a case lists them, or the one of its method."""
    is_listed = given.has("methods") and isinstance(given.find("methods"), list)
    return list(found) if is_listed else found[0]


@kind("ranking", "rank", "p_best_draws", bare="draws")
def ranking(given: Given) -> Answer:
    """Solve for who is likely the best, over draws: a row a draw, or a list for each network."""
    written = given.find("draws")
    ranks = ranked(draws_of(given), given.whole("top", "k", default=3))

    def each(part: Callable[[Rank], Found]) -> Make:
        found = [part(rank) for rank in ranks]
        return lambda: dict(zip(written, found, strict=True)) if isinstance(written, dict) else found

    return Answer({
        "p_best best": each(lambda rank: rank.p_best),
        "p_top top": each(lambda rank: rank.p_top),
        "expected_rank rank": each(lambda rank: rank.expected_rank),
        "expected_regret regret": each(lambda rank: rank.expected_regret),
    })  # fmt: skip


def draws_of(given: Given) -> list[list[float]]:
    """Return draws as rows, from rows or from a list for each network by its name."""
    written = given.find("draws")
    if isinstance(written, dict):
        columns = [floats(given.part("draws"), name) for name in written]
        return [list(row) for row in zip(*columns, strict=True)]
    return [[float(number) for number in numbers_of(row)] for row in written] if isinstance(written, list) else []
