"""Comments below posts of the page (`feed`) or in its groups (`group_feed`)."""

from typing import Any

from delivery.messages import ChannelName, EventKind, Inbound
from webhooks.facebook.elements import Account
from webhooks.facebook.people import comment_writer
from webhooks.reading import as_object, as_text, as_time, digest, facts, make_key

_COMMENT = "comment"


def is_feed_item(value: dict[str, Any]) -> bool:
    """Whether an element of `messaging[]` is a group comment: it has `from` and no `sender`."""
    return "sender" not in value and "from" in value and "item" in value


def read_feed_item(value: dict[str, Any], raw: bytes, *, page_id: str, account: Account) -> Inbound:
    """A comment as COMMENT; reactions, shares and whatever else a feed tells as UNKNOWN.

    `by_person` is true for comments of the page itself, which need no answer.
    """
    comment_id = as_text(value.get("comment_id"))
    writer = as_object(value.get("from"))
    is_comment = as_text(value.get("item")) == _COMMENT and bool(comment_id)
    ours = page_id == account.page_id
    return Inbound(
        channel=ChannelName.FACEBOOK,
        account_id=page_id,
        user_id=comment_writer(comment_id) if is_comment else "",
        event_key=_key(value, raw, page_id),
        kind=EventKind.COMMENT if is_comment and ours else EventKind.UNKNOWN,
        raw=raw,
        sent_at=as_time(value.get("created_time")),
        text=as_text(value.get("message")),
        message_id=comment_id,
        by_person=bool(page_id) and as_text(writer.get("id")) == page_id,
        extra=_facts(value, writer),
    )


def _key(value: dict[str, Any], raw: bytes, page_id: str) -> str:
    comment_id, verb = as_text(value.get("comment_id")), as_text(value.get("verb"))
    if as_text(value.get("item")) != _COMMENT or not comment_id:
        return make_key(as_text(value.get("item")), page_id, digest(raw))
    parts = [_COMMENT, page_id, comment_id, verb, as_text(value.get("created_time"))]
    if verb.startswith("edit"):  # id and times stay the same, only the words differ
        parts.append(digest(as_text(value.get("message")).encode()))
    return make_key(*parts)


def _facts(value: dict[str, Any], writer: dict[str, Any]) -> dict[str, Any] | None:
    names = ("item", "verb", "post_id", "parent_id", "group_id", "photo", "video", "link")
    return facts(
        writer_id=as_text(writer.get("id")),
        writer_name=as_text(writer.get("name")),
        permalink=as_text(as_object(value.get("post")).get("permalink_url")),
        **{name: as_text(value.get(name)) for name in names},
    )
