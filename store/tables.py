"""The tables. Times are `timestamptz` and aware UTC in Python; dates are Vietnam dates."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def _row_id() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _when(name: str, *, required: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not required)


# -- messages ---------------------------------------------------------------------------------

inbox = Table(
    "inbox",
    metadata,
    _row_id(),
    Column("channel", Text, nullable=False),
    Column("event_key", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    #: Readable copy: see `store.inbound_json`.
    Column("content", JSONB, nullable=False),
    _when("sent_at", required=False),
    _when("received_at"),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _when("due_at"),
    _text("error"),
    _when("done_at", required=False),
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
    _text("lang", "vi"),
    #: Where the dialogue stands: flow, step, collected data, numbered choices on the screen.
    Column("state", JSONB, nullable=False, server_default="{}"),
    _when("last_inbound_at", required=False),
    #: A person at the account took over; the assistant is silent until then.
    _when("paused_until", required=False),
    _when("created_at"),
    _when("updated_at"),
)

outbox = Table(
    "outbox",
    metadata,
    _row_id(),
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
    _when("due_at"),
    _when("created_at"),
    _when("sent_at", required=False),
    _when("reached_at", required=False),
    _text("provider_message_id"),
    _text("error"),
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
    _row_id(),
    Column("outbox_id", ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False, index=True),
    _when("at"),
    Column("outcome", Text, nullable=False),
    _text("code"),
)

# -- casework ---------------------------------------------------------------------------------

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
    _text("legal_basis"),
    _text("field"),
    _text("place"),
    _text("on_behalf", "self"),
    _text("agency_code"),
    _text("officer_id"),
    _text("drafted_by"),
    _when("answered_at", required=False),
    Column("bounces", Integer, nullable=False, server_default="0"),
    Column("objected", Boolean, nullable=False, server_default=text("false")),
    Column("version", Integer, nullable=False, server_default="1"),
    _when("created_at"),
    _when("updated_at"),
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
    _when("created_at"),
)

case_events = Table(
    "case_events",
    metadata,
    _row_id(),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    _when("at"),
    Column("kind", Text, nullable=False),
    Column("actor_kind", Text, nullable=False),
    _text("actor_id"),
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
    _text("media_type"),
    Column("size", Integer, nullable=False, server_default="0"),
    #: Its own key, wrapped.
    Column("wrapped_key", LargeBinary, nullable=True),
    Column("ciphertext", LargeBinary, nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _text("error"),
    _when("created_at"),
    _when("purge_at", required=False),
    Index("ix_attachments_waiting", "created_at", postgresql_where=text("status = 'waiting'")),
    Index("ix_attachments_purge", "purge_at", postgresql_where=text("purge_at is not null")),
)

ratings = Table(
    "ratings",
    metadata,
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("satisfaction", Text, nullable=False),
    _when("at"),
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
    _when("created_at"),
    _when("expires_at"),
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
    _text("handled_by"),
    _when("handled_at", required=False),
    _when("created_at"),
)

#: A citizen asked for a person, or a person took the conversation.
handovers = Table(
    "handovers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    _text("taken_by"),
    _when("created_at"),
    _when("taken_at", required=False),
    _when("done_at", required=False),
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
    _text("decided_by"),
    _text("reason"),
    _when("created_at"),
    _when("decided_at", required=False),
    Index(
        "ix_data_requests_open",
        "conversation_id",
        "kind",
        unique=True,
        postgresql_where=text("status = 'received'"),
    ),
)

# -- publication ------------------------------------------------------------------------------

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
    _text("edited_by"),
    _text("released_by"),
    Column("publish_on", Date, nullable=True),
    _when("published_at", required=False),
    _when("taken_down_at", required=False),
    _text("reason"),
    Column("version", Integer, nullable=False, server_default="1"),
    _when("created_at"),
    _when("updated_at"),
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

alerts = Table(
    "alerts",
    metadata,
    _row_id(),
    Column("kind", Text, nullable=False),
    _text("conversation_id"),
    _text("detail"),
    _when("created_at"),
    _when("handled_at", required=False),
    _text("handled_by"),
    Index("ix_alerts_open", "created_at", postgresql_where=text("handled_at is null")),
)

# -- learning ---------------------------------------------------------------------------------

#: What was not understood, masked: an editor says what it was.
training_samples = Table(
    "training_samples",
    metadata,
    Column("id", Text, primary_key=True),
    #: Of the folded text: what comes again is counted.
    Column("digest", Text, nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    Column("lang", Text, nullable=False),
    #: The masked text, sealed.
    Column("ciphertext", LargeBinary, nullable=False),
    Column("times_seen", Integer, nullable=False, server_default="1"),
    _text("read_intent"),
    Column("read_confidence", Float, nullable=False, server_default="0"),
    #: Answers the citizen saw, as `kind:ref`.
    Column("shown", JSONB, nullable=False, server_default="[]"),
    _text("hint_kind"),
    _text("hint_value"),
    Column("status", Text, nullable=False),
    _text("label_kind"),
    _text("label_value"),
    _text("why"),
    _text("decided_by"),
    Column("version", Integer, nullable=False, server_default="1"),
    _when("collected_at"),
    _when("last_seen_at"),
    _when("decided_at", required=False),
    _when("exported_at", required=False),
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

# -- knowledge --------------------------------------------------------------------------------


def _catalogue(name: str, *columns: Column[object]) -> Table:
    """A catalogue row keeps its search keys as columns and everything it says in `data`."""
    return Table(
        name,
        metadata,
        *columns,
        Column("data", JSONB, nullable=False),
        _when("updated_at"),
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
    _text("legal_basis"),
    Column("wording", JSONB, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=True),
)

calendar_days = Table(
    "calendar_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    _text("reason"),
)

dossier_lookups = Table(
    "dossier_lookups",
    metadata,
    _row_id(),
    Column("conversation_id", Text, nullable=False),
    Column("code_prefix", Text, nullable=False),
    _when("at"),
    Index("ix_dossier_lookups_who", "conversation_id", "at"),
    Index("ix_dossier_lookups_prefix", "code_prefix", "at"),
)

# -- people and accounts ----------------------------------------------------------------------

staff = Table(
    "staff",
    metadata,
    Column("id", Text, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    _text("name"),
    Column("role", Text, nullable=False),
    _text("agency_code"),
    _text("password_hash"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    _when("created_at"),
)

staff_links = Table(
    "staff_links",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    _when("expires_at"),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf_token", Text, nullable=False),
    #: Browser and system in a few words, so that a person knows the session again.
    _text("device"),
    _when("created_at"),
    _when("seen_at"),
    _when("expires_at"),
)

login_failures = Table(
    "login_failures",
    metadata,
    _row_id(),
    #: `account:<sha256>` or `address:<sha256>`: no person can be read out of it.
    Column("subject", Text, nullable=False),
    _when("at"),
    Index("ix_login_failures_subject", "subject", "at"),
)

#: Who did what with accounts, sealed records, data requests and publications. Never a citizen's
#: words.
audit_log = Table(
    "audit_log",
    metadata,
    _row_id(),
    _when("at"),
    Column("actor_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    _text("subject"),
    Column("data", JSONB, nullable=False, server_default="{}"),
    Index("ix_audit_log_subject", "subject", "id"),
)

channel_tokens = Table(
    "channel_tokens",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("access_token", LargeBinary, nullable=False),
    Column("refresh_token", LargeBinary, nullable=False),
    _when("expires_at"),
    Column("dead", Boolean, nullable=False, server_default=text("false")),
    _when("updated_at"),
)
