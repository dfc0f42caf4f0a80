"""Any right over one's data: explained, chosen by button, confirmed once, decided by a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.context import Turn
from bot.payloads import Verb
from casework.data_rights import decision_due, make_request_code
from casework.legal_clock import WorkCalendar, vietnam_date
from delivery.messages import ChannelName
from store.data_requests import (
    DataRequest,
    DataRequestKind,
    DataRequestSource,
    DataRequestStatus,
)
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Taken:
    """`again`: the same request waited already."""

    code: str
    due_on: date
    again: bool

    def values(self, public_url: str) -> dict[str, object]:
        """For the template that tells it."""
        url = f"{public_url}/quyen-du-lieu/{self.code}" if public_url else ""
        return {"code": self.code, "due": self.due_on, "again": self.again, "url": url}


async def explain(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.talk.flow = None
    turn.say("data_rights")
    turn.offer(
        *(turn.option(f"data_{kind}", Verb.DATA, kind) for kind in DataRequestKind),
        turn.option("menu", Verb.MENU),
    )


async def confirm(turn: Turn, arguments: Sequence[str]) -> None:
    """Say what will happen, and ask once; `kind`."""
    kind = _kind(arguments)
    if kind is None:
        await explain(turn)
        return
    turn.say(f"data_sure_{kind}")
    turn.offer(turn.option("data_send", Verb.DATA_NOW, kind), turn.option("menu", Verb.MENU))


async def request(turn: Turn, arguments: Sequence[str]) -> None:
    """The citizen confirmed; `kind`."""
    kind = _kind(arguments)
    if kind is None:
        await explain(turn)
        return
    taken = await take_request(
        turn.work,
        kind,
        DataRequestSource.CHAT,
        turn.conversation_id,
        turn.knowledge.calendar,
    )
    turn.say("data_taken", **taken.values(turn.office.public_url))
    turn.offer(turn.option("menu", Verb.MENU))


def _kind(arguments: Sequence[str]) -> DataRequestKind | None:
    wanted = arguments[0] if arguments else ""
    return DataRequestKind(wanted) if wanted in set(DataRequestKind) else None


async def take_request(
    work: UnitOfWork,
    kind: DataRequestKind,
    source: DataRequestSource,
    conversation_id: str,
    calendar: WorkCalendar,
) -> Taken:
    """Put it on the desk's list; one that waits already is not asked for twice."""
    now = work.clock()
    new = DataRequest(
        id=work.ids(),
        code=make_request_code(),
        kind=kind,
        source=source,
        status=DataRequestStatus.RECEIVED,
        conversation_id=conversation_id,
        due_on=decision_due(vietnam_date(now), calendar),
        decided_by="",
        reason="",
        created_at=now,
        decided_at=None,
    )
    kept = await work.data_requests.add(new)
    return Taken(kept.code, kept.due_on, again=kept.id != new.id)


#: The provider's own settings are another door to the same list.
SOURCES: dict[ChannelName, DataRequestSource] = {
    ChannelName.ZALO: DataRequestSource.ZALO,
    ChannelName.FACEBOOK: DataRequestSource.FACEBOOK,
    ChannelName.TERMINAL: DataRequestSource.CHAT,
}
