"""The citizen picked one of several readings of an earlier message."""

from collections.abc import Sequence

from bot.actions import (
    ask,
    cases,
    data_rights,
    dossier,
    drafts,
    grave,
    information,
    person,
    procedures,
    rating,
    schedules,
)
from bot.actions.greeting import show_menu
from bot.context import Action, Turn
from bot.intents import Intent

#: Readings that work on the earlier words.
_ON_WORDS: dict[Intent, Action] = {
    Intent.ASK_PROCEDURE: procedures.answer_question,
    Intent.ASK_INFO: information.ask_info,
    Intent.CHECK_DOSSIER: dossier.check,
    Intent.ASK_AGENCY: ask.start_with_words,
    Intent.REPORT_PROBLEM: ask.start_report,
    Intent.CHECK_CASE: cases.check,
    Intent.ASK_SCHEDULE: schedules.ask_schedule,
    Intent.COMMENT_DRAFT: drafts.comment_draft,
    Intent.COMPLAIN_DENOUNCE: grave.suspect,
    Intent.REQUEST_HUMAN: person.request_human,
    Intent.FEEDBACK_ANSWER: rating.by_words,
    Intent.DELETE_DATA: data_rights.explain,
}


async def choose_intent(turn: Turn, arguments: Sequence[str]) -> None:
    """`intent` and the inbox row with the words."""
    intent, row = (*arguments, "", "")[:2]
    action = _ON_WORDS.get(Intent(intent)) if intent in set(Intent) else None
    if action is None:
        await show_menu(turn)
        return
    turn.text = await turn.words_of(row)
    turn.subject_row = int(row) if row.isdecimal() else turn.row.id
    turn.reading = None
    await action(turn, ())
