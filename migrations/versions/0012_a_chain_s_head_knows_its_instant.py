"""a chain's head knows its instant: where a clock was set back, the next entry is not older than the last.

Servers of the version before write heads without it, so it may be empty, and behind.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("ledger_head", sa.Column("at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("ledger_head", "at")
