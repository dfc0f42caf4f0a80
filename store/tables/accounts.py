"""Staff, their sessions, and what was done."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.columns import id_column, metadata, text_column, time_column

staff = Table(
    "staff",
    metadata,
    Column("id", Text, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    text_column("name"),
    Column("role", Text, nullable=False),
    text_column("agency_code"),
    text_column("password_hash"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    time_column("created_at"),
)

staff_links = Table(
    "staff_links",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    time_column("expires_at"),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf_token", Text, nullable=False),
    #: Browser and system in a few words, so that a person knows the session again.
    text_column("device"),
    time_column("created_at"),
    time_column("seen_at"),
    time_column("expires_at"),
)

login_failures = Table(
    "login_failures",
    metadata,
    id_column(),
    #: `account:<sha256>` or `address:<sha256>`: no person can be read out of it.
    Column("subject", Text, nullable=False),
    time_column("at"),
    Index("ix_login_failures_subject", "subject", "at"),
)

#: Who did what with accounts, sealed records, data requests and publications. Never a citizen's
#: words.
audit_log = Table(
    "audit_log",
    metadata,
    id_column(),
    time_column("at"),
    Column("actor_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    text_column("subject"),
    Column("data", JSONB, nullable=False, server_default="{}"),
    Index("ix_audit_log_subject", "subject", "id"),
)
