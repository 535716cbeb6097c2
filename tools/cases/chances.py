"""Cases of chance: intervals of shares and rates, posteriors, waiting times, and distributions."""

import re
from collections.abc import Sequence
from decimal import Decimal
from math import sqrt
from typing import TypeAlias

from proxeny.indicators.posterior import (
    beta_interval,
    beta_summary,
    gamma_poisson_interval,
    poisson_interval,
    probability_better,
)
from proxeny.indicators.proportions import wilson
from proxeny.indicators.rounding import quotient
from proxeny.indicators.uncertainty import simulate
from proxeny.indicators.uncertainty.distributions import Moments, pert_moments, triangular, triangular_moments
from tools.cases.answers import Answer, Found, Make
from tools.cases.given import NUMBER, Given, Json, folded, number_of
from tools.cases.kinds import kind
from tools.cases.valuing import frame_of, id_of, items_of

SUCCESSES = ("x", "successes", "events", "k", "s", "count", "counts", "adopted", "yes")
TRIALS = ("n", "trials", "total", "pilots", "size")
LEVEL = ("level", "confidence", "conf_level", "confidence_level")
NINETY_FIVE = Decimal("0.95")
PRIORS = {"jeffreys": (0.5, 0.5), "uniform": (1.0, 1.0), "laplace": (1.0, 1.0), "flat": (1.0, 1.0)}
UNKNOWN = r"wald|agresti|blaker|mid.?p|arcsin|likelihood|\bcc\b|continuity|newcombe|logit"
PROPORTIONS = rf"wilson|score|jeffreys|clopper|pearson|exact|bayes|uniform|beta|{UNKNOWN}"
STANDARD_ERRORS = 4
DRAWS = 100_000
Limits: TypeAlias = "tuple[float, float] | tuple[Decimal, Decimal]"


def level_of(given: Given) -> Decimal:
    """Return the level of an interval, 95 % where none is named; above 1 it is in percent."""
    if given.has("alpha") and not given.has("beta"):
        return 1 - given.number("alpha")
    level = given.number(*LEVEL, default=NINETY_FIVE)
    return level / 100 if level > 1 else level


def interval_answer(limits: Limits, **others: Found) -> Answer:
    """Return the answer that an interval is, and what else goes with it."""
    low, high = limits
    parts: dict[str, Make] = {
        "interval ci limits": lambda: [low, high],
        "low lower lcl": lambda: low,
        "high upper ucl": lambda: high,
    }
    for name, value in others.items():
        parts[name.replace("__", " ")] = always(value)
    return Answer(parts)


def always(value: Found) -> Make:
    return lambda: value


@kind("proportion_interval", "wilson", "conversion_rate", "share_interval", each=(*SUCCESSES, *TRIALS, *LEVEL),
      conventions=PROPORTIONS)  # fmt: skip
def proportion(given: Given) -> Answer:
    """Solve for the interval of a share, by Wilson unless the convention says otherwise."""
    x, n, level = given.whole(*SUCCESSES), given.whole(*TRIALS), level_of(given)
    if given.says(UNKNOWN):
        message = f"the library has no such interval: {given.convention.strip(' ;')}"
        raise LookupError(message)
    share = quotient(Decimal(x), Decimal(n))
    answer = interval_answer(limits_of(given, x, n, level), estimate__p__share__proportion__rate=share)
    return Answer({"estimate": always(share), **answer.parts}) if given.wanted == NUMBER else answer


def limits_of(given: Given, x: int, n: int, level: Decimal) -> Limits:
    """Return the limits of a share by the convention."""
    if given.says("jeffreys"):
        return beta_interval(x + 0.5, n - x + 0.5, level)
    if given.says("clopper|exact"):
        low = beta_interval(x, n - x + 1, level)[0] if x else 0.0
        return low, beta_interval(x + 1, n - x, level)[1] if x < n else 1.0
    if given.says("bayes|uniform|beta"):
        return beta_interval(x + 1, n - x + 1, level)
    return wilson(x, n, level)


@kind("rate_interval", "poisson_interval", "count_interval", "gamma_poisson", each=(*SUCCESSES, *LEVEL),
      conventions=r"garwood|exact|one.?sided|two.?sided|gamma|daly")  # fmt: skip
def rate(given: Given) -> Answer:
    """Solve for the interval of a count or of a rate, exact, or after what was believed of it before."""
    x, level = given.whole(*SUCCESSES), level_of(given)
    exposure = given.number("exposure", "pt", "person_time", "time", "units", default=1)
    if given.has("shape", "prior_shape"):
        shape, before = float(given.number("shape", "prior_shape")), float(given.number("rate", "prior_rate"))
        limits = gamma_poisson_interval(x, float(exposure), shape, before, level)
        return interval_answer(limits, mean__posterior_mean=(shape + x) / (before + float(exposure)))
    bound = poisson_interval(x, 2 * level - 1)[1] / float(exposure) if level > Decimal("0.5") else None
    if given.says(r"one.?sided|daly") or given.number("sides", "sided", default=2) == 1:
        return Answer({"upper high bound one_sided": lambda: bound, "low lower": lambda: 0.0})
    low, high = (limit / float(exposure) for limit in poisson_interval(x, level))
    return interval_answer((low, high), one_sided__upper_one_sided__daly=bound, rate=quotient(Decimal(x), exposure))


def shares_of(given: Given) -> tuple[float, float]:
    """Return alpha and beta of a posterior, from themselves or from what was seen and believed before."""
    alpha, beta = prior_of(given)
    if given.has(*TRIALS):
        x, n = float(given.number(*SUCCESSES)), float(given.number(*TRIALS))
        return alpha + x, beta + n - x
    if given.has("successes", "failures"):
        return alpha + float(given.number("successes")), beta + float(given.number("failures"))
    return float(given.number("alpha", "a")), float(given.number("beta", "b"))


def prior_of(given: Given) -> tuple[float, float]:
    """Return alpha and beta of what was believed before, the uniform where nothing is said."""
    written = given.find("prior") if given.has("prior") else None
    if isinstance(written, (list, dict)):
        return pair_of(given, written)
    if given.has("prior_alpha", "prior_a", "alpha0", "a0"):
        beta = given.number("prior_beta", "prior_b", "beta0", "b0")
        return float(given.number("prior_alpha", "prior_a", "alpha0", "a0")), float(beta)
    if given.has("alpha") and given.has(*TRIALS):
        return float(given.number("alpha")), float(given.number("beta"))
    named = [prior for name, prior in PRIORS.items() if given.says(name) or folded(str(written)).startswith(name)]
    return named[0] if named else PRIORS["uniform"]


def pair_of(given: Given, written: Json) -> tuple[float, float]:
    """Return alpha and beta from a pair of numbers or from a table."""
    if isinstance(written, dict):
        return shares_of(Given(given.kind, written, given.convention, given.wanted))
    if not isinstance(written, list) or len(written) != 2:
        message = f"{written!r} is no pair of alpha and beta"
        raise ValueError(message)
    return float(number_of(written[0])), float(number_of(written[1]))


@kind("adoption_rate_posterior", "beta_posterior", "beta_binomial", "pilot_adoption_rate", each=TRIALS[:1],
      conventions="jeffreys|uniform|laplace|flat")  # fmt: skip
def posterior(given: Given) -> Answer:
    """Solve for the posterior of a share."""
    alpha, beta = shares_of(given)
    found = beta_summary(alpha, beta)
    level = level_of(given) if given.has(*LEVEL) else NINETY_FIVE

    def other(name: str) -> Found:
        return quantile(name, alpha, beta)

    parts: dict[str, Make] = {
        "mean": lambda: found.mean,
        "var variance": lambda: found.variance,
        "sd std": lambda: sqrt(found.variance),
        "median p50": lambda: found.median,
        "alpha": lambda: alpha,
        "beta": lambda: beta,
        "ci interval": lambda: list(beta_interval(alpha, beta, level)),
        "low lower": lambda: beta_interval(alpha, beta, level)[0],
        "high upper": lambda: beta_interval(alpha, beta, level)[1],
    }
    is_list = isinstance(given.wanted, list)
    return Answer({"ci interval": parts["ci interval"], **parts} if is_list else parts, other)


def quantile(name: str, alpha: float, beta: float) -> Found:
    """Return the quantile or the central interval that a name asks for, such as p10, q2.5 or ci80."""
    asked = re.fullmatch(r"(p|q|ci|interval)_?(\d+(?:[._]\d+)?)", name.lower())
    if asked is None:
        raise LookupError(name)
    share = Decimal(asked[2].replace("_", ".")) / 100
    if asked[1] in {"ci", "interval"}:
        return list(beta_interval(alpha, beta, share))
    if share == Decimal("0.5"):
        return beta_summary(alpha, beta).median
    limits = beta_interval(alpha, beta, abs(1 - 2 * share))
    return limits[0] if share < Decimal("0.5") else limits[1]


@kind("probability_better", "prob_better", "p_best")
def better(given: Given) -> Answer:
    """Solve for the probability that one posterior share is above another: that of b unless the case says a."""
    a, b = pair_of(given, given.find("a")), pair_of(given, given.find("b"))
    b_better, a_better = probability_better(a, b), probability_better(b, a)
    is_a = given.says(r"p\s*[\[(]\s*a\s*>\s*b|a (?:is )?better|a beats b")
    parts: dict[str, Make] = {"b_better p_b b b_gt_a": lambda: b_better, "a_better p_a a a_gt_b": lambda: a_better}
    return Answer({"probability p": parts["a_better p_a a a_gt_b"], **parts} if is_a else parts)


@kind("uncertainty", "distribution", "monte_carlo", conventions="triangular|pert|uniform")
def uncertainty(given: Given) -> Answer:
    """Solve for the moments of a distribution, or for the interval of a figure of uncertain outcomes."""
    if given.has("outcomes"):
        return simulated(given)
    moments = moments_of(given)
    return Answer({
        "mean": lambda: moments.mean,
        "var variance": lambda: moments.variance,
        "sd std": lambda: sqrt(moments.variance),
    })  # fmt: skip


def moments_of(given: Given) -> Moments:
    """Return the mean and the variance of a distribution."""
    named = given.text("dist", "distribution") + given.convention
    if "beta" in named.lower() and "pert" not in named.lower():
        share = beta_summary(*shares_of(given))
        return Moments(share.mean, share.variance)
    low, high = given.number("low", "min", "a", "lower"), given.number("high", "max", "c", "upper")
    if "uniform" in named.lower():
        share, width = beta_summary(1, 1), float(high - low)
        return Moments(float(low) + width * share.mean, width * width * share.variance)
    mode = given.number("mode", "central", "b", "most_likely", "likely")
    if "pert" in named.lower():
        return pert_moments(low, mode, high)
    if "triang" not in named.lower():
        message = f"the library has no moments of {named.strip(' ;')}"
        raise LookupError(message)
    moments = triangular_moments(low, mode, high)
    refuse_unlikely(triangular(low, mode, high, draws=DRAWS, seed=given.whole("seed", default=7)).tolist(), moments)
    return moments


def refuse_unlikely(draws: Sequence[float], moments: Moments) -> None:
    """Raise `ValueError` when the mean of draws lies further from the true one than chance would have it."""
    off = abs(sum(draws) / len(draws) - moments.mean)
    if off > STANDARD_ERRORS * sqrt(moments.variance / len(draws)):
        message = f"the mean of {len(draws)} draws is off by {off}"
        raise ValueError(message)


def simulated(given: Given) -> Answer:
    """Solve for the interval of a figure by simulation."""
    id = id_of(given.text("figure", "of", "target") or "sroi")
    found = simulate(
        items_of(given),
        frame_of(given),
        seed=given.whole("seed", default=7),
        draws=given.whole("draws", default=20_000),
        level=given.number(*LEVEL, default=Decimal("0.90")),
    ).intervals[id]
    return interval_answer((found.low, found.high), standard_error=found.standard_error)
