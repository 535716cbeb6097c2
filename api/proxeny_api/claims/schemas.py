"""What is told of claims: who claims how much, and which outcomes may be the same."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, WithJsonSchema

from proxeny_api.cities.schemas import ID
from proxeny_api.fields import IdText, decimal_schema
from proxeny_api.shapes import Answer, page_of
from proxeny_api.vocabularies.codes import OutcomeKind, OutcomeStatus

OTHER_ID = "01939c1e-8a11-7000-8000-6b7c0e2d4f19"
KEY = "life-2024-0117"
Part = Annotated[str, WithJsonSchema(decimal_schema("0.7", "A decimal, exact."))]
Amount = Annotated[str, WithJsonSchema(decimal_schema("250000.00", "An amount, as it was recorded."))]
CLAIMANT: dict[str, Any] = {
    "city": "athens",
    "outcome": ID,
    "version": 1,
    "title": "Grant for shade in the tram's streets",
    "kind": "funding",
    "status": "verified",
    "amount": "250000.00",
    "currency": "EUR",
    "claimed": "0.8",
}
CLAIM: dict[str, Any] = {
    "claim_key": KEY,
    "claimed": "1.6",
    "scale": "0.625",
    "over": True,
    "n": 2,
    "claimants": [CLAIMANT, {**CLAIMANT, "city": "bilbao", "outcome": OTHER_ID}],
}
OUTCOME: dict[str, Any] = {
    "id": ID,
    "external_id": "crm-2025-0031",
    "city": "athens",
    "title": "Grant for shade in the tram's streets",
    "occurred_on": "2025-02-11",
    "amount": "250000.00",
    "currency": "EUR",
    "claim_key": None,
    "version": 1,
}
CANDIDATE: dict[str, Any] = {
    "outcomes": [OUTCOME, {**OUTCOME, "id": OTHER_ID, "external_id": None, "occurred_on": "2025-02-14"}],
    "similarity": "1.00",
    "suggestion": f"outcome-{ID}",
}


class Claimant(Answer):
    """An outcome that carries the key, and what the network has of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLAIMANT]})

    city: str = Field(description="The city's code.", examples=["athens"])
    outcome: IdText = Field(description="The outcome's id.")
    version: int = Field(description="The outcome's version.", examples=[1])
    title: str = Field(description="The outcome in one line.", examples=[CLAIMANT["title"]])
    kind: OutcomeKind = Field(description="What changed.", examples=["funding"])
    status: OutcomeStatus = Field(description="How sure it is.", examples=["verified"])
    amount: Amount | None = Field(description="Money that moved, or would.", examples=["250000.00"])
    currency: str | None = Field(description="The amount's currency.", examples=["EUR"])
    claimed: Part = Field(
        description="The network's part: the sum, over engagements, of the outcome's credit times the network's share.",
        examples=["0.8"],
    )


class Claim(Answer):
    """What several outcomes under one key claim for the network."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLAIM]})

    claim_key: str = Field(description="The key that they have in common.", examples=[KEY])
    claimed: Part = Field(description="What all reported and verified ones claim together.", examples=["1.6"])
    scale: Part = Field(
        description="By how much each is to be scaled so that they count once: 1, or one over what is claimed, at 28"
        " digits rounded down. It is of the outcomes listed here.",
        examples=["0.625"],
    )
    over: bool = Field(description="Whether more than one is claimed.", examples=[True])
    n: int = Field(description="How many outcomes carry the key.", examples=[2])
    claimants: list[Claimant] = Field(description="The outcomes by city and id, at most the first 1,000 of them.")


class CandidateOutcome(Answer):
    """An outcome that may be the same as another."""

    model_config = ConfigDict(json_schema_extra={"examples": [OUTCOME]})

    id: IdText = Field(description="The outcome's id.")
    external_id: str | None = Field(description="Its id in the city's own system.", examples=["crm-2025-0031"])
    city: str = Field(description="The city's code.", examples=["athens"])
    title: str = Field(description="In one line.", examples=[OUTCOME["title"]])
    occurred_on: Annotated[str, WithJsonSchema({"type": "string", "format": "date"})] = Field(
        description="The day it came about.", examples=["2025-02-11"]
    )
    amount: Amount | None = Field(description="Money that moved, or would.", examples=["250000.00"])
    currency: str | None = Field(description="Its currency.", examples=["EUR"])
    claim_key: str | None = Field(description="The key it has already.", examples=[None])
    version: int = Field(description="Its version, for `If-Match`.", examples=[1])


class ClaimCandidate(Answer):
    """Outcomes that may be one, recorded more than once: they agree in kind, month and amount, and in their titles."""

    model_config = ConfigDict(json_schema_extra={"examples": [CANDIDATE]})

    outcomes: list[CandidateOutcome] = Field(description="The outcomes, oldest record first; at most 100.")
    similarity: Part = Field(
        description="How alike the two least alike titles are, from 0.80 to 1.00: twice their common trigrams over all"
        " of both.",
        examples=["1.00"],
    )
    suggestion: str = Field(
        description="A claim_key for all of them: the one that some have, or a new one.", examples=[f"outcome-{ID}"]
    )


ClaimPage = page_of("ClaimPage", Claim)
ClaimCandidatePage = page_of("ClaimCandidatePage", ClaimCandidate)
