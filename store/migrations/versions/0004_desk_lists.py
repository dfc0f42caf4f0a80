"""Indexes that hold all that the lists of the desk ask for, so that a page reads its rows only."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ANSWERED = sa.text("answered_at is not null")
_UNDELIVERED = sa.text("status in ('failed', 'maybe') and message_class = 'must_reach'")


def upgrade() -> None:
    op.drop_index("ix_cases_list", table_name="cases")
    op.create_index(
        "ix_cases_list",
        "cases",
        ["status", "due_on"],
        postgresql_include=["code", "id", "kind", "field", "source", "agency_code", "officer_id"],
    )
    op.drop_index("ix_cases_answered", table_name="cases")
    op.create_index(
        "ix_cases_answered",
        "cases",
        ["answered_at", "code"],
        postgresql_include=["id", "status", "kind", "field", "source", "agency_code"],
        postgresql_where=_ANSWERED,
    )
    op.create_index("ix_outbox_undelivered", "outbox", ["id"], postgresql_where=_UNDELIVERED)


def downgrade() -> None:
    op.drop_index("ix_outbox_undelivered", table_name="outbox")
    op.drop_index("ix_cases_answered", table_name="cases")
    op.create_index("ix_cases_answered", "cases", ["answered_at"], postgresql_where=_ANSWERED)
    op.drop_index("ix_cases_list", table_name="cases")
    op.create_index("ix_cases_list", "cases", ["status", "due_on"])
