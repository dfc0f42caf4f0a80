"""Texts that were not understood, to be labelled and learnt from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _when(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "training_samples",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("times_seen", sa.Integer(), server_default="1", nullable=False),
        _text("read_intent"),
        sa.Column("read_confidence", sa.Float(), server_default="0", nullable=False),
        sa.Column("shown", postgresql.JSONB(), server_default="[]", nullable=False),
        _text("hint_kind"),
        _text("hint_value"),
        sa.Column("status", sa.Text(), nullable=False),
        _text("label_kind"),
        _text("label_value"),
        _text("why"),
        _text("decided_by"),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        _when("collected_at"),
        _when("last_seen_at"),
        _when("decided_at", nullable=True),
        _when("exported_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_samples")),
        sa.UniqueConstraint("digest", name=op.f("uq_training_samples_digest")),
    )
    op.create_index(
        "ix_training_samples_list", "training_samples", ["status", "times_seen", "last_seen_at"]
    )
    op.create_table(
        "training_sample_sources",
        sa.Column("sample_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"],
            ["training_samples.id"],
            name=op.f("fk_training_sample_sources_sample_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "sample_id", "conversation_id", "inbox_id", name=op.f("pk_training_sample_sources")
        ),
    )
    op.create_index(
        "ix_training_sample_sources_who",
        "training_sample_sources",
        ["conversation_id", "inbox_id"],
    )


def downgrade() -> None:
    op.drop_table("training_sample_sources")
    op.drop_table("training_samples")
