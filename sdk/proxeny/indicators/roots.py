"""The positive roots of polynomials, every one of them, to 40 digits: what rates of return are found with."""

from collections.abc import Sequence
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal, localcontext
from itertools import pairwise
from typing import NamedTuple

# Dated flows make polynomials of degree 47,000: their powers need the widest range of exponents.
WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN, Emax=MAX_EMAX, Emin=MIN_EMIN)
# How near two guesses are, relative to themselves, before the search ends.
CLOSE = Decimal("1e-50")
# What a sum comes to, relative to the size of what is summed, before it is taken for nought.
NOUGHT = Decimal("1e-40")


class Term(NamedTuple):
    """One term of a polynomial in x: ``factor * x**power``."""

    power: int
    factor: Decimal


Polynomial = Sequence[Term]


def positive_roots(terms: Polynomial) -> list[Decimal]:
    """Return all x > 0 at which a polynomial is nought, ascending, a multiple root once.

    The terms stand by ascending powers, without negative powers and without noughts.

    Method: without a change of sign among the factors there is no positive root. With one at the power k,
    ``p / x**k`` has the same positive roots as p, and between two of them its derivative has one (Rolle); times
    ``x**(k+1)`` that is the polynomial with factors ``(power - k) * factor``, which has one change of sign fewer. So
    the chain of such slopes ends, and going back up it each root stands alone between two turning points, where the
    value changes its sign, or in a turning point that touches nought. Roots that 40 digits do not tell apart are one.
    Source: Jameson, Counting zeros of generalised polynomials, Mathematical Gazette 90 (2006), pp. 223-234.

    >>> [round(root, 6) for root in positive_roots([Term(0, Decimal(6)), Term(1, Decimal(-5)), Term(2, Decimal(1))])]
    [Decimal('2.000000'), Decimal('3.000000')]
    """
    with localcontext(WIDE):
        chain = [terms]
        while (pivot := change_of_sign(chain[-1])) is not None:
            chain.append([Term(power, (power - pivot) * factor) for power, factor in chain[-1] if power != pivot])
        roots: list[Decimal] = []
        for slope, level in pairwise(reversed(chain)):
            roots = roots_between(roots, level, slope)
        return roots


def change_of_sign(terms: Polynomial) -> int | None:
    """Return the power after which the factors first change their sign, if they do.

    >>> change_of_sign([Term(0, Decimal(-9)), Term(1, Decimal(-1)), Term(4, Decimal(7))])
    1
    """
    return next((low.power for low, high in pairwise(terms) if sign(low.factor) != sign(high.factor)), None)


def roots_between(turning: Sequence[Decimal], terms: Polynomial, slope: Polynomial) -> list[Decimal]:
    """Return the positive roots of a polynomial, given the points between which it rises or falls throughout."""
    points = [None, *turning, None]
    signs = [sign(terms[0].factor), *(sign_at(point, terms) for point in turning), sign(terms[-1].factor)]
    roots = []
    for (low, below), (high, above) in pairwise(zip(points, signs, strict=True)):
        if below * above < 0:
            roots.append(root_within(*bracket(low, high, terms, below), terms, slope, below))
        if high is not None and above == 0:
            roots.append(high)
    return roots


def bracket(low: Decimal | None, high: Decimal | None, terms: Polynomial, below: int) -> tuple[Decimal, Decimal]:
    """Return finite points on both sides of the one root between two points, of which `None` stands for no end.

    The strides begin short, so that the term of the highest power no more than trebles in the first, and grow.
    """
    lower = low or high or Decimal(1)
    upper = high or low or Decimal(1)
    down = up = 1 + 1 / Decimal(terms[-1].power)
    while sign(value_at(lower, terms)) != below:
        lower, down = lower / down, down * down
    while sign(value_at(upper, terms)) != -below:
        upper, up = upper * up, up * up
    return lower, upper


def root_within(lower: Decimal, upper: Decimal, terms: Polynomial, slope: Polynomial, below: int) -> Decimal:
    """Return the one root between two points, by Newton's steps where they halve the last one, else by halving.

    Halves are of the logarithm, since roots may lie orders of magnitude apart.
    Source: Press et al., Numerical Recipes, 3rd ed. (2007), section 9.4, rtsafe.
    """
    point = (lower * upper).sqrt()
    stride = upper - lower
    while stride > point * CLOSE:
        value, steepness = value_at(point, terms), value_at(point, slope)
        lower, upper = (point, upper) if sign(value) == below else (lower, point)
        guess = point - point * value / steepness if steepness else lower
        if not (steepness and lower <= guess <= upper and 2 * abs(guess - point) <= stride):
            guess = (lower * upper).sqrt()
        stride, point = abs(guess - point), guess
    return point


def value_at(point: Decimal, terms: Polynomial) -> Decimal:
    """Return the value of a polynomial by Horner's rule, stepping over the powers that it lacks.

    >>> value_at(Decimal(2), [Term(1, Decimal(3)), Term(4, Decimal(1))])
    Decimal('22')
    """
    powers = {1: point}
    value, above = Decimal(0), terms[-1].power
    for power, factor in reversed(terms):
        gap = above - power
        if gap not in powers:
            powers[gap] = point**gap
        value, above = value * powers[gap] + factor, power
    return value * point**above if above else value


def sign_at(point: Decimal, terms: Polynomial) -> int:
    """Return 1, 0 or -1 as a polynomial is positive, nought or negative, nought being what rounding cannot tell.

    >>> sign_at(Decimal(1), [Term(0, Decimal(1)), Term(1, Decimal(-2)), Term(2, Decimal(1))])
    0
    """
    value = value_at(point, terms)
    size = value_at(point, [Term(power, abs(factor)) for power, factor in terms])
    return sign(value) if abs(value) > size * NOUGHT else 0


def sign(value: Decimal) -> int:
    """Return 1, 0 or -1 as a value is positive, nought or negative.

    >>> sign(Decimal("-0.5")), sign(Decimal("-0.0"))
    (-1, 0)
    """
    return (value > 0) - (value < 0)
