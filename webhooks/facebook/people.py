"""Who an event or a message concerns: page-scoped ids, writers of comments, plugin visitors."""

#: The id of a comment's writer is no page-scoped id and takes no message; the one private reply
#: Meta allows is addressed to the comment itself.
_COMMENT_MARK = "comment:"
#: A visitor of a website's plugin has only a reference until the first written message.
_VISITOR_MARK = "ref:"


def comment_writer(comment_id: str) -> str:
    """The user id that stands for whoever wrote this comment."""
    return f"{_COMMENT_MARK}{comment_id}"


def is_comment_writer(user_id: str) -> bool:
    return user_id.startswith(_COMMENT_MARK)


def plugin_visitor(user_ref: str) -> str:
    """The user id that stands for a visitor known by a plugin's reference."""
    return f"{_VISITOR_MARK}{user_ref}" if user_ref else ""


def recipient_of(user_id: str) -> dict[str, str]:
    """The `recipient` object of a message to this user."""
    if is_comment_writer(user_id):
        return {"comment_id": user_id.removeprefix(_COMMENT_MARK)}
    if user_id.startswith(_VISITOR_MARK):
        return {"user_ref": user_id.removeprefix(_VISITOR_MARK)}
    return {"id": user_id}
