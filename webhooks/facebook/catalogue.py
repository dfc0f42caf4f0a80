"""Event and attachment types of the Messenger Platform as data (Graph v25, November 2026)."""

from delivery.messages import AttachmentKind, EventKind

#: The key of a messaging element that tells its type, in order of precedence.
ELEMENTS: dict[str, EventKind] = {
    "message": EventKind.MESSAGE,
    "postback": EventKind.POSTBACK,
    "reaction": EventKind.REACTION,
    "message_edit": EventKind.EDIT,
    "read": EventKind.READ,
    "delivery": EventKind.DELIVERED,
    "response_feedback": EventKind.RATING,
    "referral": EventKind.OPENED,
    "optin": EventKind.OPENED,
    "account_linking": EventKind.ACCOUNT,
    "policy_enforcement": EventKind.ACCOUNT,
    "pass_thread_control": EventKind.CONTROL,
    "take_thread_control": EventKind.CONTROL,
    "request_thread_control": EventKind.CONTROL,
    "app_roles": EventKind.CONTROL,
}

STANDBY_FIELD = "standby"
FEED_FIELDS = frozenset({"feed", "group_feed"})
#: Fields of `changes[]` whose value is an element of `messaging[]`: the form the dashboard's
#: "Test" button sends. Singular spellings occur in the provider's own pages.
MESSAGING_FIELDS = frozenset(
    {
        "messages",
        "message_echoes",
        "message_reads",
        "message_deliveries",
        "message_reactions",
        "messaging_reactions",
        "message_edits",
        "messaging_postbacks",
        "messaging_referral",
        "messaging_referrals",
        "messaging_optins",
        "messaging_account_linking",
        "messaging_handover",
        "messaging_handovers",
        "messaging_policy_enforcement",
        "response_feedback",
    }
)
#: Fields of `changes[]` for the operator.
ACCOUNT_FIELDS = frozenset(
    {"message_template_status_update", "messenger_template_status_update", "mcom_invoice_change"}
)

ATTACHMENTS: dict[str, AttachmentKind] = {
    "image": AttachmentKind.IMAGE,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
    "file": AttachmentKind.FILE,
    "sticker": AttachmentKind.STICKER,
    "location": AttachmentKind.LOCATION,
    "fallback": AttachmentKind.LINK,
    "share": AttachmentKind.LINK,
    "post": AttachmentKind.LINK,
    "ig_post": AttachmentKind.LINK,
    "reel": AttachmentKind.LINK,
    "ig_reel": AttachmentKind.LINK,
}
