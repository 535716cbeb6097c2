"""What an export holds: which tables, in which order, and a row of each as JSON from which it can be made again."""

from collections.abc import Iterable

from sqlalchemy import Column, Numeric, Table

from proxeny_api.budgets.models import budget
from proxeny_api.cities.models import city
from proxeny_api.costs.models import cost
from proxeny_api.engagements.models import engagement, engagement_network
from proxeny_api.keys.models import api_key
from proxeny_api.ledger.models import ledger_entry, ledger_head, withdrawal
from proxeny_api.memberships.models import membership
from proxeny_api.methods.models import method
from proxeny_api.networks.models import network
from proxeny_api.outcomes.models import credit, outcome
from proxeny_api.proxies.models import proxy

OWNED = (
    membership,
    proxy,
    budget,
    method,
    engagement,
    engagement_network,
    cost,
    outcome,
    credit,
    ledger_entry,
    ledger_head,
    withdrawal,
)
# The numbers of transactions are the cluster's own; the hash of a key's secret is nobody's business.
LEFT_OUT = {"ledger_entry": {"txid"}, "withdrawal": {"txid"}, "api_key": {"mac"}}
# Sums are made again of the records; answers are kept for those who repeat a request, for a week.
NOT_EXPORTED = {"rollup", "idempotent_answer"}
NETWORKS = """
n.id IN (SELECT m.network_id FROM membership m WHERE m.city_id = $1
         UNION SELECT s.network_id FROM engagement_network s WHERE s.city_id = $1
         UNION SELECT unnest(p.network_ids) FROM proxy p WHERE p.city_id = $1)
"""
WHOSE = {"city": "t.id = $1", "network": NETWORKS.replace("n.id", "t.id"), "api_key": "t.owner_id = $1"}
EXPORTED: tuple[Table, ...] = (network, city, *OWNED, api_key)


def columns(table: Table) -> list[str]:
    """Return the columns of a table that are taken along."""
    return [column.name for column in table.columns if column.name not in LEFT_OUT.get(table.name, ())]


def selecting(table: Table) -> str:
    """Return the statement that selects a city's ($1) rows of a table as JSON, in the order of their keys."""
    members = ", ".join(f"'{name}', {_written(table.columns[name])}" for name in columns(table))
    where = WHOSE.get(table.name, "t.city_id = $1")
    order = ", ".join(f"t.{column.name}" for column in table.primary_key)
    return f"SELECT json_build_object({members})::text FROM {table.name} t WHERE {where} ORDER BY {order}"


def _written(column: Column[object]) -> str:
    """Return the SQL of a column's value; a decimal is a text, which keeps its digits whoever reads it."""
    return f"t.{column.name}::text" if isinstance(column.type, Numeric) else f"t.{column.name}"


def inserting(table: Table) -> str:
    """Return the statement that stores rows, a JSON array ($1) of them."""
    listed = ", ".join(columns(table))
    return f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM json_populate_recordset(NULL::{table.name}, $1)"


def by_name(tables: Iterable[Table]) -> dict[str, Table]:
    """Return tables by their names."""
    return {table.name: table for table in tables}
