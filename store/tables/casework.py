"""Cases with all that belongs to them, sealed texts, requests about personal data."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.columns import id_column, metadata, text_column, time_column

cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("conversation_id", Text, nullable=False, index=True),
    #: The inbox row whose turn opened it: no case exists twice.
    Column("inbox_id", BigInteger, nullable=True, unique=True),
    Column("asked_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("promised_on", Date, nullable=False),
    text_column("legal_basis"),
    text_column("field"),
    text_column("place"),
    text_column("on_behalf", "self"),
    text_column("agency_code"),
    text_column("officer_id"),
    text_column("drafted_by"),
    time_column("answered_at", required=False),
    Column("bounces", Integer, nullable=False, server_default="0"),
    Column("objected", Boolean, nullable=False, server_default=text("false")),
    Column("version", Integer, nullable=False, server_default="1"),
    time_column("created_at"),
    time_column("updated_at"),
    # Lists and their counts are read from these alone, also when they are narrowed.
    Index(
        "ix_cases_list",
        "status",
        "due_on",
        postgresql_include=["code", "id", "kind", "field", "source", "agency_code", "officer_id"],
    ),
    Index(
        "ix_cases_answered",
        "answered_at",
        "code",
        postgresql_include=["id", "status", "kind", "field", "source", "agency_code"],
        postgresql_where=text("answered_at is not null"),
    ),
    Index("ix_cases_agency", "agency_code", "status", "due_on"),
    Index("ix_cases_officer", "officer_id", "status"),
    # The last digits of a code are typed more often than all of it.
    Index(
        "ix_cases_code_end",
        literal_column("reverse(code)").label("code_end"),
        postgresql_ops={"code_end": "text_pattern_ops"},
    ),
)

case_keys = Table(
    "case_keys",
    metadata,
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    #: The case's own key, wrapped by the service key; deleting the row erases the texts.
    Column("wrapped_key", LargeBinary, nullable=False),
)

case_contents = Table(
    "case_contents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    time_column("created_at"),
)

case_events = Table(
    "case_events",
    metadata,
    id_column(),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    time_column("at"),
    Column("kind", Text, nullable=False),
    Column("actor_kind", Text, nullable=False),
    text_column("actor_id"),
    #: Codes and dates only, never a citizen's words.
    Column("data", JSONB, nullable=False, server_default="{}"),
    Column("content_id", Text, nullable=True),
)

case_counters = Table(
    "case_counters",
    metadata,
    Column("prefix", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last_number", Integer, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False),
    #: The message it came with; None for a file of the web form or typed in at the desk.
    Column("inbox_id", BigInteger, nullable=True),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=True, index=True),
    #: The sealed record it was told with; such a file belongs to no case.
    Column(
        "sealed_id",
        ForeignKey("sealed_records.id", ondelete="CASCADE"),
        nullable=True,
        index=True,
    ),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    #: Where the provider keeps it, sealed; empty once it is here.
    Column("source", LargeBinary, nullable=True),
    text_column("media_type"),
    Column("size", Integer, nullable=False, server_default="0"),
    #: Its own key, wrapped.
    Column("wrapped_key", LargeBinary, nullable=True),
    Column("ciphertext", LargeBinary, nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    text_column("error"),
    time_column("created_at"),
    time_column("purge_at", required=False),
    Index("ix_attachments_waiting", "created_at", postgresql_where=text("status = 'waiting'")),
    Index("ix_attachments_purge", "purge_at", postgresql_where=text("purge_at is not null")),
)

ratings = Table(
    "ratings",
    metadata,
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("satisfaction", Text, nullable=False),
    time_column("at"),
)

#: What a citizen wrote into the public form and has not confirmed yet.
web_questions = Table(
    "web_questions",
    metadata,
    Column("id", Text, primary_key=True),
    #: JSON of all that was typed, sealed.
    Column("sealed", LargeBinary, nullable=False),
    #: The code that was mailed, sealed; None when no e-mail was given.
    Column("sealed_code", LargeBinary, nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("case_id", Text, nullable=True),
    time_column("created_at"),
    time_column("expires_at"),
)

sealed_records = Table(
    "sealed_records",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    #: The record's own key, wrapped; records of the first version have the service key alone.
    Column("wrapped_key", LargeBinary, nullable=True),
    text_column("handled_by"),
    time_column("handled_at", required=False),
    time_column("created_at"),
)

#: A citizen asked for a person, or a person took the conversation.
handovers = Table(
    "handovers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    text_column("taken_by"),
    time_column("created_at"),
    time_column("taken_at", required=False),
    time_column("done_at", required=False),
    Index(
        "ix_handovers_open",
        "conversation_id",
        unique=True,
        postgresql_where=text("status <> 'done'"),
    ),
    Index("ix_handovers_waiting", "created_at", postgresql_where=text("status <> 'done'")),
)

data_requests = Table(
    "data_requests",
    metadata,
    Column("id", Text, primary_key=True),
    #: Opens the public status page.
    Column("code", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    text_column("decided_by"),
    text_column("reason"),
    time_column("created_at"),
    time_column("decided_at", required=False),
    Index(
        "ix_data_requests_open",
        "conversation_id",
        "kind",
        unique=True,
        postgresql_where=text("status = 'received'"),
    ),
)
