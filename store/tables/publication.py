"""Published answers and what readers say of them."""

from sqlalchemy import (
    Column,
    Date,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.columns import metadata, text_column, time_column

publications = Table(
    "publications",
    metadata,
    Column("id", Text, primary_key=True),
    Column("lang", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("case_id", Text, nullable=True),
    Column("status", Text, nullable=False),
    #: `PublicDocument`: what is worked on, and what readers see.
    Column("draft", JSONB, nullable=False),
    Column("live", JSONB(none_as_null=True), nullable=True),
    Column("basis", Text, nullable=False),
    text_column("edited_by"),
    text_column("released_by"),
    Column("publish_on", Date, nullable=True),
    time_column("published_at", required=False),
    time_column("taken_down_at", required=False),
    text_column("reason"),
    Column("version", Integer, nullable=False, server_default="1"),
    time_column("created_at"),
    time_column("updated_at"),
    UniqueConstraint("number", "lang"),
    UniqueConstraint("case_id", "lang"),
    Index("ix_publications_status", "status", "updated_at"),
)

#: "Có ích không?": counts only, nobody is remembered.
publication_votes = Table(
    "publication_votes",
    metadata,
    Column("publication_id", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("helpful", Integer, nullable=False, server_default="0"),
    Column("unhelpful", Integer, nullable=False, server_default="0"),
)
