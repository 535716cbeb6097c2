"""Every table, imported in one place so that the MetaData is whole."""

from proxeny_api.cities.models import city
from proxeny_api.costs.models import cost
from proxeny_api.engagements.models import engagement, engagement_network
from proxeny_api.keys.models import api_key
from proxeny_api.ledger.models import idempotent_answer, ledger_entry, ledger_head, withdrawal
from proxeny_api.memberships.models import membership
from proxeny_api.networks.models import network
from proxeny_api.outcomes.models import credit, outcome
from proxeny_api.rollups.models import rollup
from proxeny_api.schema import metadata

__all__ = [
    "api_key",
    "city",
    "cost",
    "credit",
    "engagement",
    "engagement_network",
    "idempotent_answer",
    "ledger_entry",
    "ledger_head",
    "membership",
    "metadata",
    "network",
    "outcome",
    "rollup",
    "withdrawal",
]
