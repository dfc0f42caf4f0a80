"""The catalogues, legal rules and days off."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.columns import id_column, metadata, text_column, time_column


def _catalogue(name: str, *columns: Column[object]) -> Table:
    """A catalogue row keeps its search keys as columns and everything it says in `data`."""
    return Table(
        name,
        metadata,
        *columns,
        Column("data", JSONB, nullable=False),
        time_column("updated_at"),
    )


procedures = _catalogue("procedures", Column("code", Text, primary_key=True))
agencies = _catalogue("agencies", Column("code", Text, primary_key=True))
faqs = _catalogue(
    "faqs", Column("id", Text, primary_key=True), Column("lang", Text, primary_key=True)
)
dossiers = _catalogue("dossiers", Column("code", Text, primary_key=True))
hotlines = _catalogue("hotlines", Column("number", Text, primary_key=True))
#: Working schedules of leaders and days on which citizens are received.
schedules = _catalogue("schedules", Column("id", Text, primary_key=True))
#: Drafts of legal documents that are open for comments.
drafts = _catalogue("drafts", Column("id", Text, primary_key=True))
#: When somebody reads: one row a weekday, 1 is Monday.
office_hours = _catalogue("office_hours", Column("weekday", Text, primary_key=True))

legal_rules = Table(
    "legal_rules",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("days", Integer, nullable=False),
    Column("unit", Text, nullable=False),
    text_column("legal_basis"),
    Column("wording", JSONB, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=True),
)

calendar_days = Table(
    "calendar_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    text_column("reason"),
)

dossier_lookups = Table(
    "dossier_lookups",
    metadata,
    id_column(),
    Column("conversation_id", Text, nullable=False),
    Column("code_prefix", Text, nullable=False),
    time_column("at"),
    Index("ix_dossier_lookups_who", "conversation_id", "at"),
    Index("ix_dossier_lookups_prefix", "code_prefix", "at"),
)
