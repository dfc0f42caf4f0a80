"""Codes are found by their last digits without reading every case."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_cases_code_end",
        "cases",
        [sa.literal_column("reverse(code)").label("code_end")],
        postgresql_ops={"code_end": "text_pattern_ops"},
    )


def downgrade() -> None:
    op.drop_index("ix_cases_code_end", table_name="cases")
