"""What the assistant did not understand."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.columns import metadata, text_column, time_column

#: What was not understood, masked: an editor says what it was.
training_samples = Table(
    "training_samples",
    metadata,
    Column("id", Text, primary_key=True),
    #: Of the bare words, with the service key: what comes again is counted.
    Column("digest", Text, nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    Column("lang", Text, nullable=False),
    #: The masked text, sealed.
    Column("ciphertext", LargeBinary, nullable=False),
    Column("times_seen", Integer, nullable=False, server_default="1"),
    text_column("read_intent"),
    Column("read_confidence", Float, nullable=False, server_default="0"),
    #: Answers the citizen saw, as `kind:ref`.
    Column("shown", JSONB, nullable=False, server_default="[]"),
    text_column("hint_kind"),
    text_column("hint_value"),
    Column("status", Text, nullable=False),
    text_column("label_kind"),
    text_column("label_value"),
    text_column("why"),
    text_column("decided_by"),
    Column("version", Integer, nullable=False, server_default="1"),
    time_column("collected_at"),
    time_column("last_seen_at"),
    time_column("decided_at", required=False),
    time_column("exported_at", required=False),
    Index("ix_training_samples_list", "status", "times_seen", "last_seen_at"),
)

#: Whose words a sample is: deleted with their data, and once it is exported.
training_sample_sources = Table(
    "training_sample_sources",
    metadata,
    Column("sample_id", ForeignKey("training_samples.id", ondelete="CASCADE"), primary_key=True),
    Column("conversation_id", Text, primary_key=True),
    #: The message; 0 for the text of a case.
    Column("inbox_id", BigInteger, primary_key=True),
    Index("ix_training_sample_sources_who", "conversation_id", "inbox_id"),
)
