"""an outcome says what it is worth, and how much of that is the city's."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LEVERS = ("deadweight", "attribution_to_others", "displacement", "drop_off")
COLUMNS: tuple[tuple[str, Any], ...] = (
    ("unit_value", sa.Numeric),
    ("proxy", sa.Text),
    *((lever, sa.Numeric) for lever in LEVERS),
    ("duration_years", sa.SmallInteger),
    ("starts_on", sa.Date),
    ("range", postgresql.JSONB),
    ("contribution_strength", sa.Text),
    ("claim_key", sa.Text),
    ("counterfactual", postgresql.JSONB),
)
CHECKS = {
    **{lever: f"{lever} >= 0 AND {lever} <= 1" for lever in LEVERS},
    "unit_value": "unit_value >= 0 AND unit_value < 1e16",
    "contribution_strength": "contribution_strength IN ('sole', 'major', 'minor', 'none', 'unknown')",
    "one_value": "num_nonnulls(amount, unit_value, proxy) <= 1",
    "amount_currency": "(amount IS NULL AND unit_value IS NULL) = (currency IS NULL)",
    "quantity_unit": "(unit IS NULL OR quantity IS NOT NULL)"
    " AND (unit IS NOT NULL OR quantity IS NULL OR num_nonnulls(unit_value, proxy) = 1)",
    "capacity_unit": "kind <> 'capacity_built' OR unit IN ('people', 'hours')",
    "duration_years": "duration_years BETWEEN 1 AND 125",
    "claim_key": "length(claim_key) BETWEEN 1 AND 200",
    "range": "(range ->> 'low')::numeric <= (range ->> 'high')::numeric",
}
BEFORE = {
    "amount_currency": "(amount IS NULL) = (currency IS NULL)",
    "quantity_unit": "(quantity IS NULL) = (unit IS NULL)",
    "unit": "unit IN ('people', 'hours')",
}


def check(name: str, rule: str) -> None:
    # New rules are wider or about new columns: no stored row can break them, and none is read under the lock.
    op.execute(f"ALTER TABLE outcome ADD CONSTRAINT ck_outcome_{name} CHECK ({rule}) NOT VALID")
    op.execute(f"ALTER TABLE outcome VALIDATE CONSTRAINT ck_outcome_{name}")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, kind in COLUMNS:
        op.add_column("outcome", sa.Column(name, kind()))
    for name in BEFORE:
        op.drop_constraint(op.f(f"ck_outcome_{name}"), "outcome")
    for name, rule in CHECKS.items():
        check(name, rule)
    op.create_foreign_key(
        op.f("fk_outcome_city_id_proxy"), "outcome", "proxy", ["city_id", "proxy"], ["city_id", "code"]
    )
    for column in ("claim_key", "proxy"):
        op.create_index(
            op.f(f"ix_outcome_city_id_{column}"),
            "outcome",
            ["city_id", column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in ("claim_key", "proxy"):
        op.drop_index(op.f(f"ix_outcome_city_id_{column}"), "outcome")
    op.drop_constraint(op.f("fk_outcome_city_id_proxy"), "outcome")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_outcome_{name}"), "outcome")
    for name, _ in COLUMNS:
        op.drop_column("outcome", name)
    for name, rule in BEFORE.items():
        check(name, rule)
