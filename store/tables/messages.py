"""What came, what goes out, what needs a person, how the channels are reached."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.columns import id_column, metadata, text_column, time_column

inbox = Table(
    "inbox",
    metadata,
    id_column(),
    Column("channel", Text, nullable=False),
    Column("event_key", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    #: Readable copy: see `store.inbound_json`.
    Column("content", JSONB, nullable=False),
    time_column("sent_at", required=False),
    time_column("received_at"),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    time_column("due_at"),
    text_column("error"),
    time_column("done_at", required=False),
    #: Answered with the honest menu because the intent model was away.
    Column("without_model", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("channel", "event_key"),
    Index("ix_inbox_open", "conversation_id", "id", postgresql_where=text("status = 'open'")),
    Index("ix_inbox_due", "due_at", postgresql_where=text("status = 'open'")),
    Index("ix_inbox_conversation", "conversation_id", "id"),
    Index("ix_inbox_without_model", "received_at", postgresql_where=text("without_model")),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    text_column("lang", "vi"),
    #: Where the dialogue stands: flow, step, collected data, numbered choices on the screen.
    Column("state", JSONB, nullable=False, server_default="{}"),
    time_column("last_inbound_at", required=False),
    #: A person at the account took over; the assistant is silent until then.
    time_column("paused_until", required=False),
    time_column("created_at"),
    time_column("updated_at"),
)

outbox = Table(
    "outbox",
    metadata,
    id_column(),
    Column("channel", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("message_class", Text, nullable=False),
    Column("speaker", Text, nullable=False),
    Column("message", JSONB, nullable=False),
    #: Unique; goes to the provider as Messenger's `metadata`.
    Column("tag", Text, nullable=False, unique=True),
    Column("case_id", Text, nullable=True),
    #: The inbox row this message answers.
    Column("inbox_id", BigInteger, nullable=True),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    time_column("due_at"),
    time_column("created_at"),
    time_column("sent_at", required=False),
    time_column("reached_at", required=False),
    text_column("provider_message_id"),
    text_column("error"),
    Index(
        "ix_outbox_waiting",
        "conversation_id",
        "id",
        postgresql_where=text("status in ('pending', 'sending', 'unknown')"),
    ),
    Index(
        "ix_outbox_due",
        "due_at",
        postgresql_where=text("status in ('pending', 'sending', 'unknown')"),
    ),
    Index("ix_outbox_held", "conversation_id", postgresql_where=text("status = 'held'")),
    Index("ix_outbox_conversation", "conversation_id", "id"),
    Index(
        "ix_outbox_undelivered",
        "id",
        postgresql_where=text("status in ('failed', 'maybe') and message_class = 'must_reach'"),
    ),
    Index("ix_outbox_provider_message", "provider_message_id"),
    Index("ix_outbox_case", "case_id"),
)

outbox_attempts = Table(
    "outbox_attempts",
    metadata,
    id_column(),
    Column("outbox_id", ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False, index=True),
    time_column("at"),
    Column("outcome", Text, nullable=False),
    text_column("code"),
)

alerts = Table(
    "alerts",
    metadata,
    id_column(),
    Column("kind", Text, nullable=False),
    text_column("conversation_id"),
    text_column("detail"),
    time_column("created_at"),
    time_column("handled_at", required=False),
    text_column("handled_by"),
    Index("ix_alerts_open", "created_at", postgresql_where=text("handled_at is null")),
)

channel_tokens = Table(
    "channel_tokens",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("access_token", LargeBinary, nullable=False),
    Column("refresh_token", LargeBinary, nullable=False),
    time_column("expires_at"),
    Column("dead", Boolean, nullable=False, server_default=text("false")),
    time_column("updated_at"),
)
