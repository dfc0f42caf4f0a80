"""Zalo's event names and attachment types as data (Official Account API, November 2026)."""

from delivery.messages import AttachmentKind, EventKind

SUBMIT_INFO = "user_submit_info"

EVENTS: dict[str, EventKind] = {
    "follow": EventKind.FOLLOW,
    "unfollow": EventKind.UNFOLLOW,
    "user_click_chatnow": EventKind.OPENED,
    "widget_interaction_accepted": EventKind.OPENED,
    SUBMIT_INFO: EventKind.CONTACT,
    "user_received_message": EventKind.DELIVERED,
    "user_seen_message": EventKind.READ,
    "user_reacted_message": EventKind.REACTION,
    "oa_reacted_message": EventKind.ACCOUNT,
    "user_feedback": EventKind.RATING,
    "user_withdraw": EventKind.PRIVACY,
    "oa_send_consent": EventKind.ACCOUNT,
    "user_reply_consent": EventKind.ACCOUNT,
    "user_call_oa": EventKind.ACCOUNT,
    "oa_call_user": EventKind.ACCOUNT,
    "add_user_to_tag": EventKind.ACCOUNT,
    "remove_user_from_tag": EventKind.ACCOUNT,
    "remove_tag": EventKind.ACCOUNT,
    "update_user_info": EventKind.ACCOUNT,
    "widget_failed_to_sync_user_external_id": EventKind.ACCOUNT,
    "change_template_status": EventKind.ACCOUNT,
    "change_template_quality": EventKind.ACCOUNT,
    "change_template_quota": EventKind.ACCOUNT,
    "change_oa_daily_quota": EventKind.ACCOUNT,
    "change_oa_template_tags": EventKind.ACCOUNT,
    "create_group": EventKind.ACCOUNT,
    "delete_group": EventKind.ACCOUNT,
    "update_group_info": EventKind.ACCOUNT,
    "user_join_group": EventKind.ACCOUNT,
    "user_request_join_group": EventKind.ACCOUNT,
    "accept_request_join_group": EventKind.ACCOUNT,
    "reject_request_join_group": EventKind.ACCOUNT,
    "add_group_admin": EventKind.ACCOUNT,
    "remove_group_admin": EventKind.ACCOUNT,
    "user_out_group": EventKind.ACCOUNT,
}

#: Tried in this order for names that are not listed above. A new type of message is still a
#: message: its sender waits for an answer.
FAMILIES: tuple[tuple[str, EventKind], ...] = (
    ("user_send_group_", EventKind.ACCOUNT),
    ("oa_send_group_", EventKind.ACCOUNT),
    ("user_send_", EventKind.MESSAGE),
    ("anonymous_send_", EventKind.MESSAGE),
    ("oa_send_", EventKind.ECHO),
)

#: Names whose recipient is the citizen, should neither side be the account we know.
FROM_ACCOUNT = ("oa_", "user_received_message", "user_seen_message")
OF_VISITOR = ("anonymous_send_", "oa_send_anonymous_")
OF_GROUP = ("user_send_group_", "oa_send_group_")

ATTACHMENTS: dict[str, AttachmentKind] = {
    "image": AttachmentKind.IMAGE,
    "photo": AttachmentKind.IMAGE,
    "gif": AttachmentKind.IMAGE,
    "link": AttachmentKind.LINK,
    "links": AttachmentKind.LINK,
    "audio": AttachmentKind.AUDIO,
    "voice": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
    "sticker": AttachmentKind.STICKER,
    "location": AttachmentKind.LOCATION,
    "file": AttachmentKind.FILE,
}


def find_kind(event_name: str) -> EventKind:
    """What an event of this name means; UNKNOWN for names nobody has described."""
    if event_name in EVENTS:
        return EVENTS[event_name]
    return next(
        (kind for prefix, kind in FAMILIES if event_name.startswith(prefix)), EventKind.UNKNOWN
    )
