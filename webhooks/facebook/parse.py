"""From a Facebook webhook body to events in our own terms. Total: any bytes in, never an error."""

from collections.abc import Iterator
from typing import Any

from delivery.messages import ChannelName, EventKind, Inbound
from webhooks.facebook.catalogue import (
    ACCOUNT_FIELDS,
    FEED_FIELDS,
    MESSAGING_FIELDS,
    STANDBY_FIELD,
)
from webhooks.facebook.comments import is_feed_item, read_feed_item
from webhooks.facebook.elements import Account, read_element
from webhooks.reading import (
    as_list,
    as_object,
    as_text,
    as_time,
    digest,
    dump_element,
    facts,
    make_key,
    read_json,
)


def parse(raw: bytes, *, account: Account) -> list[Inbound]:
    """Every event of a verified body, in order; an empty list when there is none.

    Events of another page than ours and events nobody has described come as UNKNOWN. `user_id`
    is empty where an event concerns no single person.
    """
    body = as_object(read_json(raw))
    if "entry" not in body and "field" in body:
        return list(_bare_change(body, raw, account))
    entries = (entry for entry in as_list(body.get("entry")) if isinstance(entry, dict))
    return [event for entry in entries for event in _entry(entry, raw, account)]


def _entry(entry: dict[str, Any], raw: bytes, account: Account) -> Iterator[Inbound]:
    page_id = as_text(entry.get("id"))
    for name in ("messaging", STANDBY_FIELD):
        for element in as_list(entry.get(name)):
            if isinstance(element, dict):
                standby = name == STANDBY_FIELD
                yield _element(element, raw, page_id, account, standby=standby)
    for change in as_list(entry.get("changes")):
        if isinstance(change, dict):
            yield from _change(change, raw, page_id, account, entry.get("time"))


def _element(
    element: dict[str, Any], raw: bytes, page_id: str, account: Account, *, standby: bool
) -> Inbound:
    if "field" in element and isinstance(element.get("value"), dict):
        element = element["value"]
    own = dump_element(element, raw)
    if is_feed_item(element):
        return read_feed_item(element, own, page_id=page_id, account=account)
    return read_element(element, own, page_id=page_id, account=account, standby=standby)


def _change(
    change: dict[str, Any], raw: bytes, page_id: str, account: Account, time: Any
) -> Iterator[Inbound]:
    field = as_text(change.get("field"))
    values = [value for value in as_list(change.get("value")) if isinstance(value, dict)]
    if field in FEED_FIELDS:
        for value in values:
            own = dump_element(value, raw)
            yield read_feed_item(value, own, page_id=page_id, account=account)
    elif field in MESSAGING_FIELDS or field == STANDBY_FIELD:
        for value in values:
            yield _element(value, raw, page_id, account, standby=field == STANDBY_FIELD)
    else:
        yield _other_change(change, dump_element(change, raw), page_id, account, time)


def _other_change(
    change: dict[str, Any], own: bytes, page_id: str, account: Account, time: Any
) -> Inbound:
    field = as_text(change.get("field"))
    told = field in ACCOUNT_FIELDS and page_id == account.page_id
    return Inbound(
        channel=ChannelName.FACEBOOK,
        account_id=page_id,
        user_id="",
        event_key=make_key("change", page_id, field, as_text(time), digest(own)),
        kind=EventKind.ACCOUNT if told else EventKind.UNKNOWN,
        raw=own,
        sent_at=as_time(time),
        extra=facts(event=field, detail=change.get("value") if told else None),
    )


def _bare_change(body: dict[str, Any], raw: bytes, account: Account) -> Iterator[Inbound]:
    """The form of the samples in the provider's pages: one change without an entry around it."""
    value = as_object(body.get("value"))
    sides = [as_text(as_object(value.get(name)).get("id")) for name in ("recipient", "sender")]
    page_id = account.page_id if account.page_id in sides else sides[0]
    yield from _change(body, raw, page_id, account, None)
