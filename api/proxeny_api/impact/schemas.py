"""What an answer about impact holds: figures, each with its unit and status, in total and by group."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, WithJsonSchema

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
    "method": "cash@1",
    "currency": "EUR",
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
    rate_date: Literal["day_of_flow"] = Field(
        description="Each amount is converted at the rate of the day it was incurred or came about.",
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
    method: str = Field(description="Name and version of the method.", examples=["cash@1"])
    currency: str = Field(description="The currency of every money figure.", examples=["EUR"])
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


MEMBER["currency"] = "EUR"
MemberImpactPage = page_of("MemberImpactPage", MemberImpact)
