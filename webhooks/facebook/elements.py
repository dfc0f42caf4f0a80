"""One element of `messaging[]` or `standby[]` as an event in our own terms."""

from dataclasses import dataclass
from typing import Any

from delivery.messages import ChannelName, EventKind, Inbound
from webhooks.facebook.attachments import read_attachments
from webhooks.facebook.catalogue import ELEMENTS
from webhooks.facebook.people import plugin_visitor
from webhooks.reading import as_object, as_text, as_time, digest, facts, make_key

#: Kinds whose `mid` names the event itself; elsewhere it names another message.
_OWN_ID = frozenset({EventKind.MESSAGE, EventKind.ECHO, EventKind.POSTBACK})
_TOPIC_OPTIN = "notification_messages"


@dataclass(frozen=True, slots=True)
class Account:
    """The page we answer for and the application we send with."""

    page_id: str
    app_id: str


@dataclass(frozen=True, slots=True)
class _Element:
    body: dict[str, Any]
    #: The key that tells the type, such as `message`, and what stands under it.
    name: str
    part: dict[str, Any]
    kind: EventKind
    page_id: str
    user_id: str


def read_element(
    body: dict[str, Any], raw: bytes, *, page_id: str, account: Account, standby: bool
) -> Inbound:
    """The event of one element; UNKNOWN when the page is not ours or the type is new."""
    name = next((key for key in ELEMENTS if isinstance(body.get(key), dict)), "")
    part = as_object(body.get(name))
    kind = _kind(name, part)
    element = _Element(body, name, part, kind, page_id, _citizen(body, page_id))
    return Inbound(
        channel=ChannelName.FACEBOOK,
        account_id=page_id,
        user_id=element.user_id,
        event_key=_key(element, raw),
        kind=_shown_kind(element, account, standby=standby),
        raw=raw,
        sent_at=as_time(body.get("timestamp")) or as_time(part.get("watermark")),
        text=as_text(part.get("title" if kind is EventKind.POSTBACK else "text")),
        payload=_payload(element),
        message_id=as_text(part.get("mid")) if kind in _OWN_ID else "",
        about=_about(element),
        attachments=read_attachments(part) if name == "message" else (),
        tag=as_text(part.get("metadata")) if kind is EventKind.ECHO else "",
        by_person=kind is EventKind.ECHO and _is_foreign(part, account),
        extra=_facts(element),
    )


def _kind(name: str, part: dict[str, Any]) -> EventKind:
    if name == "message" and part.get("is_echo"):
        return EventKind.ECHO
    if name == "optin" and _TOPIC_OPTIN in as_text(part.get("type")):
        return EventKind.ACCOUNT  # consent to notices, or its end: nobody opened a chat
    return ELEMENTS.get(name, EventKind.UNKNOWN)


def _shown_kind(element: _Element, account: Account, *, standby: bool) -> EventKind:
    if element.page_id != account.page_id:
        return EventKind.UNKNOWN
    if element.kind in _OWN_ID and not element.user_id:
        return EventKind.UNKNOWN  # nobody to answer
    return EventKind.STANDBY if standby else element.kind


def _citizen(body: dict[str, Any], page_id: str) -> str:
    """The side that is not the page; some elements have only one side or none."""
    sides = (
        as_text(as_object(body.get(name)).get("id")) for name in ("sender", "from", "recipient")
    )
    known = next((side for side in sides if side and side != page_id), "")
    holders = (as_object(body.get(name)) for name in ("sender", "optin"))
    refs = (as_text(holder.get("user_ref")) for holder in holders)
    return known or plugin_visitor(next((ref for ref in refs if ref), ""))


def _is_foreign(part: dict[str, Any], account: Account) -> bool:
    """Another application or the page's inbox wrote it; echoes of both may lack the app id."""
    app_id = as_text(part.get("app_id"))
    return app_id != account.app_id if account.app_id else not part.get("metadata")


def _payload(element: _Element) -> str:
    """What the pressed button or quick reply carries."""
    if element.kind is EventKind.POSTBACK:
        return as_text(element.part.get("payload"))
    if element.kind is EventKind.MESSAGE:
        return as_text(as_object(element.part.get("quick_reply")).get("payload"))
    return ""


def _about(element: _Element) -> tuple[str, ...]:
    if element.kind in _OWN_ID:
        return ()
    mids = element.part.get("mids")
    found = [element.part.get("mid"), *(mids if isinstance(mids, list) else [])]
    return tuple(mid for mid in map(as_text, found) if mid)


def _key(element: _Element, raw: bytes) -> str:
    """Identity of the event: a message's own id, else the values that make it one of its kind."""
    part, page_id, user_id = element.part, element.page_id, element.user_id
    mid, at = as_text(part.get("mid")), as_text(element.body.get("timestamp"))
    watermark = as_text(part.get("watermark"))
    match element.kind:
        case EventKind.MESSAGE | EventKind.ECHO | EventKind.POSTBACK if mid:
            return make_key(page_id, mid)
        case EventKind.POSTBACK if user_id and at:
            return make_key(page_id, user_id, at, as_text(part.get("payload")))
        case EventKind.EDIT if mid:
            return make_key(element.name, page_id, mid, as_text(part.get("num_edit")))
        case EventKind.REACTION if mid and at:
            return make_key(element.name, page_id, mid, user_id, as_text(part.get("action")), at)
        case EventKind.READ | EventKind.DELIVERED if watermark:
            return make_key(element.name, page_id, user_id, watermark)
        case _:
            return make_key(element.name, page_id, user_id, digest(raw))


def _facts(element: _Element) -> dict[str, Any] | None:
    part = element.part
    referral = part if element.name == "referral" else as_object(part.get("referral"))
    detail = part if element.kind in _TOLD_WHOLE else {}
    return facts(
        event=element.name,
        quotes=as_text(as_object(part.get("reply_to")).get("mid")),
        referral=as_object(referral),
        commands=part.get("commands"),
        reaction=as_text(part.get("emoji")) or as_text(part.get("reaction")),
        action=as_text(part.get("action")),
        feedback=as_text(part.get("feedback")),
        edits=as_text(part.get("num_edit")),
        detail=detail or None,
    )


#: Kinds whose readers (the operator, the owner of the conversation) need every value.
_TOLD_WHOLE = frozenset({EventKind.ACCOUNT, EventKind.CONTROL})
