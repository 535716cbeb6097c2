"""What an outcome's value has to be lessened by: the levers of one outcome, or a whole scenario without the city."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple, get_args

Lever = Literal["deadweight", "attribution_to_others", "displacement", "drop_off"]
LEVERS: tuple[Lever, ...] = get_args(Lever)
NOUGHT = Decimal(0)
ONE = Decimal(1)


class Settled(NamedTuple):
    """The levers that are used, none left open, and the names of those that nobody recorded."""

    deadweight: Decimal
    attribution_to_others: Decimal
    displacement: Decimal
    drop_off: Decimal
    duration_years: int
    assumed: tuple[Lever, ...]

    def kept(self) -> Decimal:
        """Return what is left of a gross value in the first year: all levers multiply, none are added.

        Formula: ``(1 - deadweight) * (1 - attribution_to_others) * (1 - displacement)``.
        Unit: share. Never undefined.
        Source: Nicholls et al., A Guide to Social Return on Investment (2012), stage 4.

        >>> Levers(Decimal("0.3"), Decimal("0.25"), Decimal("0.1")).settled({}).kept()
        Decimal('0.4725')
        """
        return (ONE - self.deadweight) * (ONE - self.attribution_to_others) * (ONE - self.displacement)


class Levers(NamedTuple):
    """What was recorded of one outcome's levers, each a share from 0 to 1; None was left out.

    `deadweight` would have come anyway; `attribution_to_others` is the share of others, not one's own; `displacement`
    went missing elsewhere; `drop_off` is lost in each year after the first, of `duration_years`.
    """

    deadweight: Decimal | None = None
    attribution_to_others: Decimal | None = None
    displacement: Decimal | None = None
    drop_off: Decimal | None = None
    duration_years: int | None = None

    def settled(self, priors: Mapping[str, Decimal]) -> Settled:
        """Return the levers with the priors in the place of those left out, nought where there is no prior.

        The drop-off is assumed only where the outcome lasts for more than a year: without a second year there is
        nothing to drop off.

        >>> Levers(deadweight=Decimal("0.3")).settled({"deadweight": Decimal("0.2"), "drop_off": Decimal("0.1")})[-2:]
        (1, ())
        >>> Levers(duration_years=3).settled({"deadweight": Decimal("0.2"), "drop_off": Decimal("0.1")}).assumed
        ('deadweight', 'drop_off')
        """
        years = self.duration_years or 1
        shares: list[Decimal] = []
        assumed: list[Lever] = []
        given = (self.deadweight, self.attribution_to_others, self.displacement, self.drop_off)
        for name, recorded in zip(LEVERS, given, strict=True):
            if recorded is not None:
                shares.append(recorded)
            elif name in priors and (name != "drop_off" or years > 1):
                shares.append(priors[name])
                assumed.append(name)
            else:
                shares.append(NOUGHT)
        deadweight, attribution, displacement, drop_off = shares
        return Settled(deadweight, attribution, displacement, drop_off, years, tuple(assumed))


class Scenario(NamedTuple):
    """What comes about in one course of events, in units of the outcome, and what it does elsewhere.

    `leakage` goes to those it was not meant for, `displacement` is lost by others, `substitution` takes the place of
    what one did before; all three are shares. `multiplier` is what follows in the supply chain, 1 for nothing.
    """

    gross: Decimal
    leakage: Decimal = NOUGHT
    displacement: Decimal = NOUGHT
    substitution: Decimal = NOUGHT
    multiplier: Decimal = ONE

    def net(self) -> Decimal:
        """Return what of the scenario is left.

        Formula: ``gross * (1 - leakage) * (1 - displacement) * (1 - substitution) * multiplier``.
        Unit: that of ``gross``. Never undefined.
        Source: English Partnerships, Additionality Guide, 3rd ed. (2008).

        >>> Scenario(Decimal(300), leakage=Decimal("0.1"), multiplier=Decimal("1.3")).net()
        Decimal('351.00')
        """
        left = (ONE - self.leakage) * (ONE - self.displacement) * (ONE - self.substitution)
        return self.gross * left * self.multiplier


class Counterfactual(NamedTuple):
    """What came about, and what would have come about without the city: deadweight as a whole course of events."""

    intervention: Scenario
    reference: Scenario

    def net_additional(self) -> Decimal:
        """Return what came about and would not have otherwise; below nought when it would have been more.

        Formula: ``GI*(1-L)*(1-Dp)*(1-S)*M - GI'*(1-L')*(1-Dp')*(1-S')*M'``.
        Unit: that of the scenarios. Never undefined.
        Source: English Partnerships, Additionality Guide, 3rd ed. (2008).

        >>> Counterfactual(Scenario(Decimal(1000)), Scenario(Decimal(300))).net_additional()
        Decimal('700')
        """
        return self.intervention.net() - self.reference.net()
