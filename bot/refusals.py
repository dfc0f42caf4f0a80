"""A case is not accepted, or is after all: the citizen hears why, and where to go instead."""

from collections.abc import Mapping

from bot.notices import Notice, information_numbers, language_of, queue_notice
from bot.payloads import Verb, make_payload
from bot.replies import Language, Replies
from casework.cases import CHATS, Case, CaseKind, ContentKind, Refusal
from casework.legal_clock import vietnam_date
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName, Choice, Speaker
from store.unit_of_work import UnitOfWork

#: Characters of the question that remind the citizen what was asked.
_REMINDER = 120
#: What can be done next, by reason; the list of own questions is always there.
_ASK_AGAIN = frozenset({Refusal.UNCLEAR, Refusal.NO_QUESTION})


async def tell_refused(
    work: UnitOfWork,
    case: Case,
    refusal: Refusal,
    explanation: str,
    *,
    replies: Replies,
    limits: Mapping[ChannelName, ChannelLimits],
) -> None:
    """Queue the message in the caller's transaction; a case without a chat has another way."""
    if case.source not in CHATS or not case.conversation_id:
        return
    words = await language_of(work, case.conversation_id, replies)
    explained = explanation.strip()
    text = words.text(
        f"refused_{refusal}",
        {
            "code": case.code,
            "question": await _reminder(work, case),
            "explanation": explained,
            "numbers": await information_numbers(work),
        },
    )
    notice = Notice(
        text=text,
        header=words.text("header_staff", {"agency": words.office_name}),
        # The way of a person's words is open to a person's words only.
        speaker=Speaker.STAFF if explained else Speaker.BOT,
        choices=_choices(words, refusal),
    )
    await queue_notice(work, case.conversation_id, notice, limits=limits, case_id=case.id)


async def tell_restored(
    work: UnitOfWork,
    case: Case,
    *,
    replies: Replies,
    limits: Mapping[ChannelName, ChannelLimits],
) -> None:
    """The refusal was wrong: what was said is taken back, in the caller's transaction."""
    if case.source not in CHATS or not case.conversation_id:
        return
    words = await language_of(work, case.conversation_id, replies)
    values = {
        "code": case.code,
        "question": await _reminder(work, case),
        "due": case.due_on,
        "late": case.due_on < vietnam_date(work.clock()),
    }
    notice = Notice(
        text=words.text("restored", values),
        header=words.text("header_staff", {"agency": words.office_name}),
        speaker=Speaker.BOT,
        choices=(Choice(words.label("cases").button, make_payload(Verb.CASES)),),
    )
    await queue_notice(work, case.conversation_id, notice, limits=limits, case_id=case.id)


async def _reminder(work: UnitOfWork, case: Case) -> str:
    asked = await work.cases.contents(case.id, ContentKind.QUESTION)
    question = " ".join(asked[0].split()) if asked else ""
    return question if len(question) <= _REMINDER else question[: _REMINDER - 1].rstrip() + "…"


def _choices(words: Language, refusal: Refusal) -> tuple[Choice, ...]:
    again = Choice(words.label("ask").button, make_payload(Verb.ASK, CaseKind.QUESTION))
    mine = Choice(words.label("cases").button, make_payload(Verb.CASES))
    return (again, mine) if refusal in _ASK_AGAIN else (mine,)
