"""What waits at the demo's desk beside cases: people, an alarm, a sealed record, data requests."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.demo.files import read_lines
from app.demo.talks import Talker
from app.demo.telling import Setting
from casework.data_rights import decision_due, make_request_code
from casework.legal_clock import vietnam_date
from casework.permissions import Role
from delivery.messages import ChannelName
from store.alerts import AlertKind
from store.data_requests import (
    DataRequest,
    DataRequestKind,
    DataRequestSource,
    DataRequestStatus,
)
from store.sealed import SealedKind

_TAKEN_AFTER, _DECIDED_AFTER = timedelta(minutes=6), timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A conversation as the citizen left it."""

    talker: Talker
    inbox_id: int
    words: str


async def add_waiting(setting: Setting, now: datetime) -> None:
    """Every talk of the file, with what came of it."""
    for row in read_lines("talks"):
        setting.clock.move_to(now - timedelta(minutes=row["minutes_ago"]))
        heard = await _hear(setting, row)
        if heard is not None:
            await _OUTCOMES[row["outcome"]](setting, heard)


async def _hear(setting: Setting, row: Mapping[str, Any]) -> _Heard | None:
    talker = setting.talks.talker(ChannelName(row["channel"]), row["key"])
    if talker is None:
        return None
    words = "\n".join(row["says"])
    inbox_id = await setting.talks.hear(setting.work, talker, words)
    await setting.talks.reply(setting.work, talker, inbox_id, row["outcome"])
    return _Heard(talker, inbox_id, words)


async def _waits(setting: Setting, heard: _Heard) -> None:
    work = setting.work
    await work.handovers.ask(work.ids(), heard.talker.conversation_id, work.clock())


async def _taken(setting: Setting, heard: _Heard) -> None:
    work = setting.work
    handover = work.ids()
    await work.handovers.ask(handover, heard.talker.conversation_id, work.clock())
    setting.clock.advance(_TAKEN_AFTER)
    await work.handovers.take(handover, setting.desk.first(Role.EDITOR), work.clock())


async def _emergency(setting: Setting, heard: _Heard) -> None:
    await _seal(setting, heard, SealedKind.URGENT)
    await setting.work.alerts.add(
        AlertKind.EMERGENCY,
        setting.work.clock(),
        conversation_id=heard.talker.conversation_id,
    )


async def _complaint(setting: Setting, heard: _Heard) -> None:
    await _seal(setting, heard, SealedKind.COMPLAINT)
    await setting.work.inbox.seal(heard.inbox_id, SealedKind.COMPLAINT)


async def _seal(setting: Setting, heard: _Heard, kind: SealedKind) -> None:
    work = setting.work
    here = heard.talker.conversation_id
    await work.sealed.seal_text(work.ids(), kind, here, heard.words, work.clock())


async def _erase(setting: Setting, heard: _Heard) -> None:
    await _ask_rights(setting, heard, DataRequestKind.ERASE)


async def _access(setting: Setting, heard: _Heard) -> None:
    request = await _ask_rights(setting, heard, DataRequestKind.ACCESS)
    setting.clock.advance(_DECIDED_AFTER)
    await setting.work.data_requests.decide(
        request.id,
        DataRequestStatus.DONE,
        setting.desk.first(Role.EDITOR),
        setting.talks.texts["data_shown"],
        setting.work.clock(),
    )


async def _ask_rights(setting: Setting, heard: _Heard, kind: DataRequestKind) -> DataRequest:
    work = setting.work
    now = work.clock()
    calendar = await work.catalogue.calendar()
    return await work.data_requests.add(
        DataRequest(
            id=work.ids(),
            code=make_request_code(),
            kind=kind,
            source=DataRequestSource.CHAT,
            status=DataRequestStatus.RECEIVED,
            conversation_id=heard.talker.conversation_id,
            due_on=decision_due(vietnam_date(now), calendar),
            decided_by="",
            reason="",
            created_at=now,
            decided_at=None,
        )
    )


_OUTCOMES: dict[str, Callable[[Setting, _Heard], Awaitable[None]]] = {
    "waits": _waits,
    "taken": _taken,
    "emergency": _emergency,
    "complaint": _complaint,
    "erase": _erase,
    "access": _access,
}
