"""Complaint, denunciation, report of a crime: the model suspects, the citizen chooses.

This chat is no petition. What was written goes to a sealed record, out of every queue and search.
"""

from collections.abc import Sequence
from enum import StrEnum

from bot.actions.procedures import answer_text
from bot.alarms import Concern, call_person
from bot.asking import advance, begin_with, set_content, show_step
from bot.context import Turn
from bot.payloads import Verb
from bot.sealing import Sealing, seal_words
from bot.suspicion import looks_grave
from bot.talk import Flow
from casework.cases import CaseKind
from store.sealed import SealedKind


class Wish(StrEnum):
    """What the citizen says it is."""

    RULES = "rules"  # only asks how it works
    FEEDBACK = "feedback"
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    CRIME = "crime"


SEALED: dict[Wish, SealedKind] = {
    Wish.COMPLAINT: SealedKind.COMPLAINT,
    Wish.DENUNCIATION: SealedKind.DENUNCIATION,
    Wish.CRIME: SealedKind.CRIME_REPORT,
}


async def suspect(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.talk.ask(turn.text, turn.subject_row)
    turn.talk.flow = None
    offer_grave_choices(turn)


def offer_grave_choices(turn: Turn) -> None:
    turn.say("grave_which", lost=turn.lexicon.has("lost_money_marks", turn.text))
    turn.offer(*(turn.option(f"grave_{wish}", Verb.GRAVE, wish, turn.subject_row) for wish in Wish))


def asks_whether_grave(turn: Turn, flow: Flow) -> bool:
    """Ask before words that look like a complaint join a text that goes to an open queue."""
    if flow.cleared or not looks_grave(turn):
        return False
    turn.talk.ask(turn.text, turn.subject_row)
    offer_grave_choices(turn)
    return True


async def choose(turn: Turn, arguments: Sequence[str]) -> None:
    """`wish` and the inbox row with the words."""
    wish, row = (*arguments, "", "")[:2]
    if wish not in set(Wish):
        turn.say("ask_what")
        return
    if Wish(wish) in SEALED:
        await _take_out(turn, Wish(wish), row)
    else:
        if row.isdecimal():
            await turn.work.inbox.suspect(int(row), suspected=False)
        await _go_on(turn, Wish(wish), row)


async def _take_out(turn: Turn, wish: Wish, row: str) -> None:
    """Seal the words, and say what can be done with them, and only what was done."""
    sealing = Sealing()
    if row.isdecimal():
        sealing = await seal_words(turn, SEALED[wish], int(row))
    numbers = turn.numbers_to_ask()
    turn.say(f"grave_{wish}", numbers=numbers, sealed=sealing.done)
    if sealing.sent_as:
        concern = Concern.SENT_BEFORE_SEALED
        await call_person(turn.work, concern, turn.conversation_id, turn.now)
        turn.say("grave_part_sent", codes=", ".join(sealing.sent_as))
    turn.offer(turn.option("person", Verb.PERSON), turn.option("menu", Verb.MENU))


async def _go_on(turn: Turn, wish: Wish, row: str) -> None:
    """A question about rules, or feedback: an ordinary case after all."""
    words = await turn.words_of(row)
    if wish is Wish.RULES:
        await answer_text(turn, words, int(row) if row.isdecimal() else turn.row.id)
        return
    asked_at = await turn.received_at(int(row)) if row.isdecimal() else turn.now
    row_id = int(row) if row.isdecimal() else turn.row.id
    waiting = turn.talk.flow
    if waiting is not None and waiting.case_code and not waiting.content and words:
        # Meant for a case that exists: it goes there, not into one of its own.
        set_content(waiting, words, row_id, asked_at)
        waiting.cleared = True
        advance(turn, waiting)
        return
    flow = begin_with(turn, CaseKind.ADMIN_FEEDBACK, words, row_id, asked_at)
    flow.cleared = True
    show_step(turn, flow)
