"""What an answer about impact holds: figures, each with its unit and status, in total and by group."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from proxeny_api.fields import Instant
from proxeny_api.shapes import Answer, page_of

Digits = Annotated[str, WithJsonSchema({"type": "string", "format": "decimal", "examples": ["6700.00"]})]
FIGURE: dict[str, Any] = {
    "indicator": "cost.per_outcome",
    "value": None,
    "unit": "money",
    "status": "undefined",
    "reason": "no_outcomes",
    "bound": "2236.32",
    "n": 2,
    "interval": None,
    "method": "green-book@1",
    "currency": "EUR",
    "price_year": None,
    "as_of": "2026-11-23T10:00:00.000000Z",
    "assumed": [],
    "lineage": "/v1/cities/bilbao/impact/cost.per_outcome/lineage?group_by=network&group=c40",
}
INTERVAL: dict[str, Any] = {
    "level": "0.90",
    "low": "1.92",
    "high": "5.61",
    "kind": "monte_carlo",
    "draws": 20000,
    "seed": 7,
    "standard_error": "0.01",
}
SUBJECT: dict[str, Any] = {"kind": "city", "code": "bilbao"}
RATES: dict[str, Any] = {
    "source": "European Central Bank euro foreign exchange reference rates",
    "policy": "last_known",
    "rate_date": "day_of_flow",
    "grace_days": 7,
    "published_to": "2026-10-30",
}
GROUP: dict[str, Any] = {"kind": "network", "key": "c40", "label": "C40", "figures": [FIGURE]}
IMPACT: dict[str, Any] = {
    "subject": SUBJECT,
    "method": "green-book@1",
    "currency": "EUR",
    "price_year": None,
    "level": "0.90",
    "base_year": 2024,
    "group_by": "network",
    "from": None,
    "to": None,
    "as_of": "2026-11-23T10:00:00.000000Z",
    "rates": RATES,
    "unconverted": [{"records": "cost", "currency": "ARS", "amount": "120000.00"}],
    "members": None,
    "total": {"kind": "total", "key": None, "label": "Total", "figures": [FIGURE]},
    "groups": [GROUP],
}
MEMBER: dict[str, Any] = {"city": "bilbao", "name": "Bilbao", "figures": [FIGURE]}


SWING: dict[str, Any] = {"family": "deadweight", "low": "2.71", "high": "3.92", "rank_correlation": "0.41"}
TORNADO: dict[str, Any] = {
    "subject": SUBJECT,
    "indicator": "sroi",
    "method": "green-book@1",
    "as_of": "2026-11-23T10:00:00.000000Z",
    "draws": 20000,
    "seed": 7,
    "swings": [SWING],
}
LINEAGE: dict[str, Any] = {
    "format": "proxeny-lineage/1",
    "context": {"subject": SUBJECT, "group": None, "currency": "EUR"},
    "definition": {"id": "cost.total", "unit": "money"},
    "method": {"id": "green-book@1", "parameters": {}},
    "base_year": 2024,
    "observed_on": "2026-11-23",
    "records": {"engagements": [], "costs": [], "outcomes": [], "budgets": [], "networks": []},
    "sums": {"cost_travel": "6700"},
    "figure": {"value": "6700", "displayed": "6700.00"},
    "digest": "9f86d081884c7d65",
}


class Swing(Answer):
    """How far a figure swings with one thing."""

    model_config = ConfigDict(json_schema_extra={"examples": [SWING]})

    family: str = Field(
        description="What is drawn: a lever, values, quantities, costs, the rate.", examples=["deadweight"]
    )
    low: str = Field(description="The figure at the tenth of a hundred draws.", examples=["2.71"])
    high: str = Field(description="The figure at the ninetieth.", examples=["3.92"])
    rank_correlation: str | None = Field(
        description="How closely the figure follows it, by rank; null where it is moved and not drawn.",
        examples=["0.41"],
    )


class Interval(Answer):
    """Between which values a figure lies, and how that was found."""

    model_config = ConfigDict(json_schema_extra={"examples": [INTERVAL]})

    level: str = Field(description="How much of what is thought possible lies within.", examples=["0.90"])
    low: Digits | None = Field(description="The lower end; null where it is open.", examples=["1.92"])
    high: Digits | None = Field(description="The upper end; null where it is open.", examples=["5.61"])
    kind: Literal["monte_carlo", "gamma_poisson", "wilson", "beta", "kaplan_meier"] = Field(
        description="How it was found: by draws; of a count; of a share; of a waiting time.", examples=["monte_carlo"]
    )
    draws: int | None = Field(description="How many draws.", examples=[20000])
    seed: int | None = Field(description="What the draws began from: the same seed gives the same.", examples=[7])
    standard_error: str | None = Field(
        description="How far the mean of the draws may be off by their number.", examples=["0.01"]
    )


class Figure(Answer):
    """One figure: undefined ones have no value and a reason, never a nought."""

    model_config = ConfigDict(json_schema_extra={"examples": [FIGURE]})

    indicator: str = Field(description="Its id in the catalogue.", examples=["cost.total"])
    value: Digits | None = Field(description="A decimal, rounded half up; null where undefined.", examples=["6700.00"])
    unit: str = Field(description="What it is counted in; `money` in the answer's currency.", examples=["money"])
    status: Literal["ok", "undefined", "insufficient_data", "suppressed", "assumption_based"] = Field(
        description="Whether there is a value.", examples=["ok"]
    )
    reason: str | None = Field(description="Why there is none.", examples=["no_outcomes"])
    bound: Digits | None = Field(
        description="Without outcomes: what one costs at least, by the one-sided 95 % bound of a Poisson count.",
        examples=["2236.32"],
    )
    n: int = Field(description="How many contributions of records are behind it.", examples=[2])
    interval: Interval | None = Field(description="Between which values it lies; null for what was only added up.")
    method: str = Field(description="Name and version of the method it was made by.", examples=["green-book@1"])
    currency: str | None = Field(description="Of money; null for all else.", examples=["EUR"])
    price_year: int | None = Field(description="The year of whose prices it is; null: of each day.", examples=[None])
    as_of: Instant = Field(description="When the records stood so.")
    assumed: list[str] = Field(description="Levers that nobody recorded and whose prior it rests on.", examples=[[]])
    lineage: str | None = Field(
        description="Where every record, weight, rate and step behind it is; null where that may not be seen.",
        examples=["/v1/cities/bilbao/impact/sroi/lineage"],
    )


class Subject(Answer):
    """Whose impact it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [SUBJECT]})

    kind: Literal["city", "network"] = Field(description="A city or a network.", examples=["city"])
    code: str = Field(description="Its code.", examples=["bilbao"])


class Rates(Answer):
    """How amounts came into one currency."""

    model_config = ConfigDict(json_schema_extra={"examples": [RATES]})

    source: str = Field(description="Who published the rates.", examples=[RATES["source"]])
    policy: Literal["last_known", "strict"] = Field(
        description="`last_known`: the last rate of up to seven days before; `strict`: the day's own or none.",
        examples=["last_known"],
    )
    rate_date: Literal["day_of_flow", "mean_of_price_year"] = Field(
        description="Each amount is converted at the rate of the day it was incurred or came about; at the prices of a"
        " year, at the mean rate of that year.",
        examples=["day_of_flow"],
    )
    grace_days: int = Field(description="How old a rate may be on its day.", examples=[7])
    published_to: str = Field(description="The newest day with a rate.", examples=["2026-10-30"])


class Unconverted(Answer):
    """Amounts that no rate was found for, in their own currency."""

    model_config = ConfigDict(json_schema_extra={"examples": IMPACT["unconverted"]})

    records: Literal["cost", "outcome"] = Field(description="What they belong to.", examples=["cost"])
    currency: str = Field(description="Their currency.", examples=["ARS"])
    amount: Digits = Field(description="Their sum, as far as it is allocated here.", examples=["120000.00"])


class Members(Answer):
    """How many members a network's figures are made of."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sharing": 12, "totals_only": 6, "totals_included": True}]}
    )

    sharing: int = Field(description="Members that share their indicators or records.", examples=[12])
    totals_only: int = Field(description="Members that share totals only.", examples=[6])
    totals_included: bool = Field(
        description="Whether the latter are in these sums: only where no sum holds fewer than five of them, and no"
        " days are chosen.",
        examples=[True],
    )


class Group(Answer):
    """The figures of one group."""

    model_config = ConfigDict(json_schema_extra={"examples": [GROUP]})

    kind: Literal["total", "network", "engagement_kind", "theme", "sdg", "year", "unallocated", "overhead"] = Field(
        description="What the group is; `unallocated` belongs to none, `overhead` to no engagement or membership.",
        examples=["network"],
    )
    key: str | None = Field(description="A network's code, a year, or a code of the list.", examples=["c40"])
    label: str = Field(description="The group in words.", examples=["C40"])
    figures: list[Figure] = Field(description="Its figures, in the catalogue's order.")


class Impact(Answer):
    """What was spent and what came of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [IMPACT]})

    subject: Subject = Field(description="Whose impact it is.")
    method: str = Field(description="Name and version of the method.", examples=["green-book@1"])
    currency: str = Field(description="The currency of every money figure.", examples=["EUR"])
    price_year: int | None = Field(description="The year of whose prices money is; null: of each day.", examples=[None])
    level: str = Field(description="The level of the intervals.", examples=["0.90"])
    base_year: int | None = Field(
        description="The year to which value is discounted: that of the first cost or value; null where none is.",
        examples=[2024],
    )
    group_by: Literal["none", "network", "kind", "theme", "sdg", "year"] = Field(
        description="What the groups are.", examples=["network"]
    )
    from_: str | None = Field(alias="from", description="First day that counts.", examples=[None])
    to: str | None = Field(description="Last day that counts.", examples=[None])
    as_of: Instant = Field(description="When the records stood so.")
    rates: Rates = Field(description="How amounts came into one currency.")
    unconverted: list[Unconverted] = Field(
        description="Amounts without a rate; the figures they belong to are undefined."
    )
    members: Members | None = Field(description="Of a network: whose records these are.")
    total: Group = Field(description="All groups together.")
    groups: list[Group] = Field(description="The groups; what can be added adds up to the total, to the cent.")


class MemberImpact(Answer):
    """What one member's engagement in the network brought it."""

    model_config = ConfigDict(json_schema_extra={"examples": [MEMBER]})

    city: str = Field(description="The member's code.", examples=["bilbao"])
    name: str = Field(description="The member's name.", examples=["Bilbao"])
    currency: str = Field(description="The currency of its money figures.", examples=["EUR"])
    figures: list[Figure] = Field(description="Its figures.")


class Tornado(Answer):
    """How far social return swings with each thing that is not known for sure."""

    model_config = ConfigDict(json_schema_extra={"examples": [TORNADO]})

    subject: Subject = Field(description="Whose social return it is.")
    indicator: Literal["sroi"] = Field(description="Which figure swings.", examples=["sroi"])
    method: str = Field(description="Name and version of the method.", examples=["green-book@1"])
    as_of: Instant = Field(description="When the records stood so.")
    draws: int = Field(description="How many draws.", examples=[20000])
    seed: int = Field(description="What the draws began from.", examples=[7])
    swings: list[Swing] = Field(description="The widest first; none where nothing is uncertain or there is no return.")


class Lineage(BaseModel):
    """All that one figure is made of, in the form that `proxeny recompute` reads."""

    model_config = ConfigDict(json_schema_extra={"examples": [LINEAGE]})

    format: str = Field(description="Name and version of this form.", examples=["proxeny-lineage/1"])
    context: dict[str, Any] = Field(description="What was asked: subject, group, currency, days, instant.")
    definition: dict[str, Any] = Field(description="The indicator: its title, unit, formula and source.")
    method: dict[str, Any] = Field(description="The method, with all its parameters.")
    base_year: int = Field(description="The year to which value is discounted.", examples=[2024])
    observed_on: str = Field(description="Up to which day records were watched.", examples=["2026-11-23"])
    records: dict[str, list[dict[str, Any]]] = Field(
        description="By kind, every record with its version, weight, rate, levers, and what it adds to each sum."
    )
    sums: dict[str, str] = Field(description="The sums that the figure is made of, each that of what records add.")
    figure: dict[str, Any] = Field(description="The figure, exact and as it is shown.")
    digest: str = Field(description="The SHA-256 of all of it.", examples=["9f86d081884c7d65"])


MEMBER["currency"] = "EUR"
MemberImpactPage = page_of("MemberImpactPage", MemberImpact)
