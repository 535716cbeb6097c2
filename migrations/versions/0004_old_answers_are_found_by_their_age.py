"""old answers are found by their age."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index(op.f("ix_idempotent_answer_city_id_created_at"), "idempotent_answer", ["city_id", "created_at"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_idempotent_answer_city_id_created_at"), table_name="idempotent_answer")
