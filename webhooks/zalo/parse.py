"""From a Zalo webhook body to one event in our own terms. Total: any bytes in, never an error."""

from dataclasses import dataclass
from typing import Any

from delivery.messages import ChannelName, EventKind, Inbound
from webhooks.reading import (
    as_list,
    as_object,
    as_text,
    as_time,
    digest,
    facts,
    make_key,
    read_json,
)
from webhooks.zalo.attachments import find_card, read_attachments
from webhooks.zalo.catalogue import (
    FROM_ACCOUNT,
    OF_GROUP,
    OF_VISITOR,
    SUBMIT_INFO,
    find_kind,
)
from webhooks.zalo.people import visitor_id

#: A text that begins so is the payload of a pressed button: buttons have no event of their own.
PAYLOAD_MARK = "#"
#: Kinds whose `msg_id` names the event itself; elsewhere it names another message.
_OWN_ID = frozenset({EventKind.MESSAGE, EventKind.ECHO})
_OWNERS = ("oa_id", "oaId")
_PLAIN_FACTS = (
    "source",
    "group_id",
    "user_id_by_app",
    "phone",
    "request_type",
    "user_consent",
    "template_id",
    "reason",
)
_OBJECT_FACTS = ("tag", "status", "quota", "data")


@dataclass(frozen=True, slots=True)
class _Event:
    """The body with what several readers of it need."""

    body: dict[str, Any]
    name: str
    message: dict[str, Any]
    account_id: str
    user_id: str
    kind: EventKind


def parse(raw: bytes, *, oa_id: str) -> list[Inbound]:
    """The event of a verified body; an empty list when the bytes are no JSON object.

    Events of another account than `oa_id` and events nobody has described come as UNKNOWN.
    `user_id` is empty where an event concerns no single person.
    """
    body = read_json(raw)
    if not isinstance(body, dict) or not body:
        return []
    event = _identify(body, oa_id)
    text = as_text(event.message.get("text")) or _template_text(event.message)
    is_message = event.kind is EventKind.MESSAGE
    inbound = Inbound(
        channel=ChannelName.ZALO,
        account_id=event.account_id,
        user_id=event.user_id,
        event_key=_key(event, raw),
        kind=event.kind,
        raw=raw,
        sent_at=as_time(body.get("timestamp", body.get("timeStamp"))),
        text=text,
        payload=text if is_message and text.startswith(PAYLOAD_MARK) else "",
        message_id=_message_id(event) if event.kind in _OWN_ID else "",
        about=_about(event),
        attachments=read_attachments(event.message),
        by_person=event.kind is EventKind.ECHO and _is_from_person(body),
        extra=_facts(event),
    )
    return [inbound]


def _identify(body: dict[str, Any], oa_id: str) -> _Event:
    name = as_text(body.get("event_name"))
    message = as_object(body.get("message"))
    account_id, user_id = _sides(body, name, oa_id)
    if name.startswith(OF_VISITOR) and user_id:
        conversation = as_text(message.get("conversation_id") or body.get("conversation_id"))
        user_id = visitor_id(user_id, conversation)
    kind = find_kind(name) if account_id == oa_id else EventKind.UNKNOWN
    if kind in _OWN_ID and not user_id:
        kind = EventKind.UNKNOWN  # nobody to answer
    return _Event(body, name, message, account_id, user_id, kind)


def _sides(body: dict[str, Any], name: str, oa_id: str) -> tuple[str, str]:
    """(account, citizen). Whichever side is the account we know, the other one is the citizen."""
    sender = as_text(as_object(body.get("sender")).get("id"))
    recipient = as_text(as_object(body.get("recipient")).get("id"))
    owner = next((as_text(body[key]) for key in _OWNERS if body.get(key)), oa_id)
    if name.startswith(OF_GROUP):
        return owner, ""  # a group's talk never enters the private conversation of its writer
    if not sender and not recipient:
        return owner, _flat_user(body)
    if oa_id in (sender, recipient):
        return oa_id, recipient if sender == oa_id else sender
    if name.startswith(FROM_ACCOUNT):
        return sender or owner, recipient
    return recipient or owner, sender


def _flat_user(body: dict[str, Any]) -> str:
    """Management events name the citizen as `follower.id`, `user_id` or `data.user_id`."""
    return (
        as_text(as_object(body.get("follower")).get("id"))
        or as_text(body.get("user_id"))
        or as_text(as_object(body.get("data")).get("user_id"))
    )


def _message_id(event: _Event) -> str:
    return as_text(event.message.get("msg_id"))


def _about(event: _Event) -> tuple[str, ...]:
    if event.kind in _OWN_ID:
        return ()
    ids = [as_text(item) for item in _id_list(event.message.get("msg_ids"))]
    return tuple(item for item in [_message_id(event), *ids] if item)


def _id_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _key(event: _Event, raw: bytes) -> str:
    """The message id where the event is a message, else name, time and subject.

    Zalo sends a late event again as the identical body for an hour or more (November 2026).
    """
    message_id = _message_id(event)
    if message_id and event.kind in _OWN_ID:
        return make_key(event.account_id, message_id)
    timestamp = as_text(event.body.get("timestamp", event.body.get("timeStamp")))
    if not event.name or not timestamp:
        return make_key(event.account_id, event.name, digest(raw))
    subject = event.user_id or digest(raw)
    return make_key(event.account_id, event.name, timestamp, subject, *_about(event))


def _is_from_person(body: dict[str, Any]) -> bool:
    """Only a person typing in the OA's own chat tool has an administrator id."""
    return bool(as_text(as_object(body.get("sender")).get("admin_id")))


def _template_text(message: dict[str, Any]) -> str:
    """The words of a template the account sent, which stand inside its attachment."""
    for item in as_list(message.get("attachments")):
        text = as_text(as_object(as_object(item).get("payload")).get("text"))
        if text:
            return text
    return ""


def _facts(event: _Event) -> dict[str, Any] | None:
    body, message = event.body, event.message
    cards = [
        find_card(as_object(as_object(item).get("payload")))
        for item in as_list(message.get("attachments"))
    ]
    plain = {name: as_text(body.get(name)) for name in _PLAIN_FACTS}
    objects = {name: as_object(body.get(name)) for name in _OBJECT_FACTS}
    return facts(
        event=event.name,
        quotes=as_text(message.get("quote_msg_id")),
        reaction=as_text(message.get("react_icon")),
        card=next((card for card in cards if card), None),
        contact=_contact(body) if event.name == SUBMIT_INFO else None,
        **plain,
        **objects,
    )


def _contact(body: dict[str, Any]) -> dict[str, Any] | None:
    """Name, phone and address from both known forms of the answer to a contact request."""
    info = as_object(body.get("info"))
    nested = as_object(info.get("full_address"))
    address = [
        as_text(nested.get(f"user_{part}") or info.get(part))
        for part in ("address", "ward", "district", "city")
    ]
    return facts(
        name=as_text(info.get("name")),
        phone=as_text(info.get("phone")),
        address=", ".join(part for part in address if part),
        born=as_text(info.get("user_dob")),
    )
