"""A screen as the store remembers it, for the time after a restart."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from delivery.messages import ChannelName, EventKind, Speaker
from store.inbox import InboxRow
from store.outbox import OutboxStatus
from store.tables import outbox
from store.unit_of_work import Store
from webhooks.sandbox.acts import ActKind
from webhooks.sandbox.screens import Bubble, Button, ButtonKind, Media, Screen, Side, Tick

_ARRIVED = {OutboxStatus.SENT: Tick.SENT, OutboxStatus.DELIVERED: Tick.DELIVERED}
_MOST = 100


async def load_screen(store: Store, screen: Screen, conversation_id: str) -> None:
    """Fill a screen once; what came meanwhile stays at its end."""
    async with screen.loading:
        if screen.loaded:
            return
        async with store.work() as work:
            rows = await work.inbox.history(conversation_id, _MOST)
            query = select(outbox).where(outbox.c.conversation_id == conversation_id)
            query = query.where(outbox.c.status.in_(list(_ARRIVED))).order_by(outbox.c.id.desc())
            sent = (await work.connection.execute(query.limit(_MOST))).all()
        ours = {item.provider_message_id for item in sent} | set(screen.bubbles)
        found = [*_received(rows, ours, screen.id.channel), *(_sent(item) for item in sent)]
        newer = list(screen.bubbles.values())
        screen.bubbles.clear()
        for bubble in [*sorted(found, key=lambda item: item.at), *newer]:
            if bubble.key not in screen.bubbles:
                screen.put(bubble)
        screen.loaded = True


def _received(rows: list[InboxRow], known: set[str], channel: ChannelName) -> Iterator[Bubble]:
    for row in rows:
        event = row.event
        key = event.message_id or f"row-{row.id}"
        if key in known or (event.kind is EventKind.ECHO and not event.by_person):
            continue
        if event.kind is EventKind.ECHO:
            speaker = Speaker.STAFF
            yield Bubble(key, Side.ACCOUNT, row.received_at, event.text, speaker=speaker)
        elif event.kind is EventKind.POSTBACK or (event.payload and channel is ChannelName.ZALO):
            shown = "" if event.text.startswith("#") else event.text
            yield Bubble(key, Side.NOTE, row.received_at, shown, Tick.SEEN, note=ActKind.PRESS)
        else:
            media = next(
                (Media(item.kind, item.url, item.name) for item in event.attachments), None
            )
            yield Bubble(key, Side.CITIZEN, row.received_at, event.text, Tick.SEEN, media)


def _sent(found: Any) -> Bubble:
    content, channel = found.message, ChannelName(found.channel)
    choices = tuple(Button(*pair) for pair in content.get("choices", ()))
    links = tuple(
        Button(label, url=url, kind=ButtonKind.LINK) for label, url in content.get("links", ())
    )
    is_zalo = channel is ChannelName.ZALO
    return Bubble(
        key=found.provider_message_id or f"sent-{found.id}",
        side=Side.ACCOUNT,
        at=found.sent_at or found.created_at,
        text=content["text"],
        tick=_ARRIVED[OutboxStatus(found.status)],
        buttons=(choices if is_zalo else ()) + links,
        chips=() if is_zalo else choices,
        speaker=Speaker(found.speaker),
    )
