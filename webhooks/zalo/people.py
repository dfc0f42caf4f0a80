"""Who an event or a message concerns: Zalo users and visitors without a Zalo identity."""

from typing import Any

#: Does not occur in Zalo's ids, which are digits, letters and `-`.
_VISITOR_MARK = "~"


def visitor_id(anonymous_id: str, conversation_id: str) -> str:
    """One user id for a visitor: the provider wants both parts back with each answer."""
    return f"{anonymous_id}{_VISITOR_MARK}{conversation_id}"


def is_visitor(user_id: str) -> bool:
    return _VISITOR_MARK in user_id


def recipient_of(user_id: str) -> dict[str, Any]:
    """The `recipient` object of a message to this user."""
    if not is_visitor(user_id):
        return {"user_id": user_id}
    anonymous_id, _, conversation_id = user_id.partition(_VISITOR_MARK)
    recipient = {"anonymous_id": anonymous_id}
    return recipient | {"conversation_id": conversation_id} if conversation_id else recipient
