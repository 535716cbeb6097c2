"""Every table, imported in one place so that the MetaData is whole."""

from proxeny_api.budgets.models import budget
from proxeny_api.cities.models import city
from proxeny_api.costs.models import cost
from proxeny_api.engagements.models import engagement, engagement_network
from proxeny_api.keys.models import api_key
from proxeny_api.ledger.models import idempotent_answer, ledger_entry, ledger_head, withdrawal
from proxeny_api.memberships.models import membership
from proxeny_api.methods.models import method
from proxeny_api.networks.models import network
from proxeny_api.outcomes.models import credit, outcome
from proxeny_api.proxies.models import proxy
from proxeny_api.quotas.models import request_window
from proxeny_api.rates.models import loaded_rate, price_index
from proxeny_api.rollups.models import rollup
from proxeny_api.schema import metadata

__all__ = [
    "api_key",
    "budget",
    "city",
    "cost",
    "credit",
    "engagement",
    "engagement_network",
    "idempotent_answer",
    "ledger_entry",
    "ledger_head",
    "loaded_rate",
    "membership",
    "metadata",
    "method",
    "network",
    "outcome",
    "price_index",
    "proxy",
    "request_window",
    "rollup",
    "withdrawal",
]
