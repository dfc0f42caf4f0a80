"""Conversations of the demo: what the citizen wrote, what went back, and whether it arrived."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

from app.demo.stories import Delivery
from bot.replies import Replies
from casework.cases import ActorKind, Case, CaseSource
from casework.cases import EventKind as CaseEventKind
from delivery.messages import ChannelName, EventKind, Inbound, MessageClass, Outbound, Speaker
from store.conversations import Conversation
from store.outbox import NewMessage, OutboxStatus
from store.unit_of_work import UnitOfWork

_CHANNELS = {CaseSource.ZALO: ChannelName.ZALO, CaseSource.FACEBOOK: ChannelName.FACEBOOK}
#: Unlike those of the sandbox's own citizens, whose conversations stay empty.
_USERS = {ChannelName.ZALO: 9_100_000_000_000_000_000, ChannelName.FACEBOOK: 7_100_000_000_000_000}
_ANSWERS_AFTER, _REACHES_AFTER = timedelta(seconds=4), timedelta(seconds=20)
_REFUSED = "551"


@dataclass(frozen=True, slots=True)
class Talker:
    """A citizen in one channel."""

    channel: ChannelName
    account_id: str
    user_id: str
    lang: str = "vi"

    @property
    def conversation_id(self) -> str:
        return f"{self.channel}:{self.account_id}:{self.user_id}"


@dataclass(frozen=True, slots=True)
class Talks:
    """`accounts`: of the province, by channel; `texts`: what the assistant says in the demo."""

    accounts: Mapping[ChannelName, str]
    texts: Mapping[str, str]
    replies: Replies

    def talker(self, source: CaseSource | ChannelName, key: str, lang: str = "vi") -> Talker | None:
        """Who writes in a chat; None when it came another way."""
        channel = _CHANNELS.get(CaseSource(source))
        if channel is None:
            return None
        user = str(_USERS[channel] + crc32(key.encode()))
        return Talker(channel, self.accounts[channel], user, lang)

    async def hear(self, work: UnitOfWork, talker: Talker, text: str) -> int:
        """The citizen writes; returns the inbox row, which is done."""
        now = work.clock()
        message_id = work.ids()
        event = Inbound(
            channel=talker.channel,
            account_id=talker.account_id,
            user_id=talker.user_id,
            event_key=message_id,
            kind=EventKind.MESSAGE,
            raw=b"",
            sent_at=now,
            text=text,
            message_id=message_id,
        )
        await work.inbox.add(event, now)
        row = (await work.inbox.history(talker.conversation_id, 1))[-1]
        await work.inbox.take(row.id, now)
        talk = Conversation(
            id=talker.conversation_id,
            channel=talker.channel,
            account_id=talker.account_id,
            user_id=talker.user_id,
            lang=talker.lang,
            last_inbound_at=now,
        )
        await work.conversations.save(talk, now)
        return row.id

    async def reply(
        self, work: UnitOfWork, talker: Talker, inbox_id: int, name: str, **values: str
    ) -> None:
        """The assistant answers a message at once."""
        header = self.replies[talker.lang].text("header_bot", {})
        text = f"{header}\n{self.texts[name].format(**values)}"
        await self._send(work, talker, text, Speaker.BOT, inbox_id=inbox_id)

    async def deliver(
        self, work: UnitOfWork, talker: Talker, case: Case, answer: str, outcome: Delivery
    ) -> None:
        """The agency's answer goes out."""
        row = await work.catalogue.find("agencies", case.agency_code)
        agency = str(row["name"]) if row else case.agency_code
        header = self.replies[talker.lang].text("header_staff", {"agency": agency})
        text = self.texts["answered"].format(code=case.code, answer=answer)
        await self._send(
            work, talker, f"{header}\n{text}", Speaker.STAFF, case=case, outcome=outcome
        )

    async def _send(
        self,
        work: UnitOfWork,
        talker: Talker,
        text: str,
        speaker: Speaker,
        *,
        inbox_id: int | None = None,
        case: Case | None = None,
        outcome: Delivery = Delivery.REACHED,
    ) -> None:
        message = NewMessage(
            channel=talker.channel,
            conversation_id=talker.conversation_id,
            message=Outbound(text),
            message_class=MessageClass.MUST_REACH if case else MessageClass.REPLY,
            speaker=speaker,
            tag=work.ids(),
            case_id=case.id if case else None,
            inbox_id=inbox_id,
        )
        now = work.clock() + (_ANSWERS_AFTER if case is None else timedelta())
        await work.outbox.add_all([message], now)
        row = (await work.outbox.history(talker.conversation_id, 1))[-1]
        if outcome is not Delivery.REACHED:
            failed = outcome is Delivery.FAILED
            status = OutboxStatus.FAILED if failed else OutboxStatus.HELD
            await work.outbox.mark(row.id, status, due_at=now, error=_REFUSED if failed else "")
            await _note(work, case, CaseEventKind.NOT_REACHED)
            return
        taken = work.ids()
        await work.outbox.mark_sent(row.id, taken, now)
        await _note(work, case, CaseEventKind.TAKEN)
        await work.outbox.note_delivered((taken,), now + _REACHES_AFTER)
        await _note(work, case, CaseEventKind.REACHED, later=_REACHES_AFTER)


async def _note(
    work: UnitOfWork, case: Case | None, kind: CaseEventKind, later: timedelta = timedelta()
) -> None:
    if case is not None:
        await work.cases.add_event(
            case.id, kind, actor_kind=ActorKind.SYSTEM, actor_id="", now=work.clock() + later
        )
