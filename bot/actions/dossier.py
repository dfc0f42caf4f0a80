"""How far a dossier is, for somebody who only knows its code: one of four degrees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.context import Turn
from bot.payloads import Verb
from bot.talk import Flow, Step
from knowledge.codes import CodeKind, find_code
from knowledge.dossiers import parse_dossier_row


@dataclass(frozen=True, slots=True)
class _Throttle:
    most: int
    within: timedelta


#: Look-ups of one citizen.
_BY_CITIZEN = (_Throttle(10, timedelta(hours=1)), _Throttle(30, timedelta(days=1)))
#: Look-ups of everybody for codes that differ in the serial number only.
_BY_PREFIX = (_Throttle(40, timedelta(hours=1)), _Throttle(150, timedelta(days=1)))


async def check(turn: Turn, arguments: Sequence[str] = ()) -> None:
    """Look the code up that was written, or ask for it."""
    if code := (arguments[0] if arguments else "") or turn.entity("dossier_code"):
        found = find_code(code, CodeKind.DOSSIER)
        if found is not None:
            await tell(turn, found.value)
            return
    turn.open_flow(Flow(id=str(turn.row.id), step=Step.CODE))
    turn.say("dossier_which")
    turn.offer(turn.option("no_code", Verb.PERSON), turn.option("leave", Verb.MENU))


async def take_code(turn: Turn) -> None:
    """What was written when the code was asked for."""
    if found := find_code(turn.text, CodeKind.DOSSIER):
        await tell(turn, found.value)
        return
    explain_malformed(turn, _read(turn.text))


def explain_malformed(turn: Turn, read: str) -> None:
    """Say what a code looks like, and wait for the next try."""
    turn.open_flow(Flow(id=str(turn.row.id), step=Step.CODE))
    turn.say("dossier_malformed", read=read)
    turn.offer(turn.option("person", Verb.PERSON), turn.option("leave", Verb.MENU))


def _read(text: str) -> str:
    malformed = find_code(text, CodeKind.MALFORMED)
    return malformed.value if malformed else ""


async def tell(turn: Turn, code: str) -> None:
    turn.talk.flow = None
    if await _is_throttled(turn, code):
        turn.say("dossier_throttled")
        turn.offer(turn.option("person", Verb.PERSON), turn.option("menu", Verb.MENU))
        return
    await turn.work.lookups.note(turn.conversation_id, _prefix(code), turn.now)
    row = await turn.work.catalogue.find("dossiers", code)
    if row is None:
        turn.say("dossier_unknown", code=code)
    else:
        turn.say(f"dossier_{parse_dossier_row(row).degree}", code=code)
    turn.offer(
        turn.option("other_dossier", Verb.DOSSIER),
        turn.option("ask", Verb.ASK, "question"),
        turn.option("menu", Verb.MENU),
    )


async def _is_throttled(turn: Turn, code: str) -> bool:
    lookups, now = turn.work.lookups, turn.now
    for limit in _BY_CITIZEN:
        since = now - limit.within
        if await lookups.count_by_citizen(turn.conversation_id, since) >= limit.most:
            return True
    for limit in _BY_PREFIX:
        if await lookups.count_by_prefix(_prefix(code), now - limit.within) >= limit.most:
            return True
    return False


def _prefix(code: str) -> str:
    """The code without its serial number."""
    for separator in ("-", "/"):
        if separator in code:
            return code.rsplit(separator, 1)[0]
    return code
