"""Pictures and recordings that belong to a sealed record: kept with it, and never with a case."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachments", sa.Column("sealed_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_attachments_sealed_id"),
        "attachments",
        "sealed_records",
        ["sealed_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index("ix_attachments_sealed_id", "attachments", ["sealed_id"])


def downgrade() -> None:
    op.drop_index("ix_attachments_sealed_id", table_name="attachments")
    op.drop_constraint(op.f("fk_attachments_sealed_id"), "attachments")
    op.drop_column("attachments", "sealed_id")
