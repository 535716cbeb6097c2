"""engagements and memberships are found by their key also while the tables are new.

As 0010 for outcomes: of indexes that cost the same the planner takes the newest, and keeps it for as long as a session
checks foreign keys. A city that began with a few records had all its engagements read for each cost of a later batch.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# What refers to each, by the name of its foreign key: table, column, and what becomes of it when that is deleted.
REFERRING = {
    "engagement": {
        "fk_cost_city_id_engagement_id": ("cost", "engagement_id", None),
        "fk_credit_city_id_engagement_id": ("credit", "engagement_id", None),
        "fk_engagement_network_city_id_engagement_id": ("engagement_network", "engagement_id", "CASCADE"),
    },
    "membership": {"fk_cost_city_id_membership_id": ("cost", "membership_id", None)},
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, keys in REFERRING.items():
        for name, (referring, _, _) in keys.items():
            op.drop_constraint(op.f(name), referring)
        op.drop_constraint(op.f(f"pk_{table}"), table)
        op.create_primary_key(op.f(f"pk_{table}"), table, ["city_id", "id"])
        for name, (referring, column, ondelete) in keys.items():
            columns = ["city_id", column]
            op.create_foreign_key(op.f(name), referring, table, columns, ["city_id", "id"], ondelete=ondelete)


def downgrade() -> None:
    # Which index is the newest is no difference in the schema: there is nothing to undo.
    op.execute("SET LOCAL lock_timeout = '5s'")
