"""The answer of an agency on its way to the citizen."""

import json
from collections.abc import Mapping
from dataclasses import replace

from bot.payloads import Verb, make_payload
from bot.replies import DEFAULT_LANGUAGE, Language, Replies
from bot.speech import compose
from casework.cases import CHATS, Case, ContentKind, Satisfaction
from casework.use_cases.move_case import send_answer as move_to_answered
from casework.use_cases.moving import CaseMove
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName, Choice, MessageClass, Outbound, Speaker
from store.jobs import Job
from store.outbox import NewMessage
from store.unit_of_work import OUTBOX_READY, UnitOfWork

#: Characters of the question that remind the citizen what was asked.
_REMINDER = 120


async def send_answer(
    work: UnitOfWork,
    move: CaseMove,
    *,
    replies: Replies,
    limits: Mapping[ChannelName, ChannelLimits],
    mails: bool = False,
) -> Case:
    """Make the approved draft the answer and queue it for the citizen; the caller commits.

    From here on it is read on its page with the pick-up code. Who did not ask in a chat gets a
    letter about it, when `mails` can be sent and an address was left.

    Raises:
        EmptyAnswerError: there is no draft.
        MoveNotAllowedError: the answer is not approved, or was sent already.
        StaleCaseError: somebody changed the case since it was read.
    """
    case, answer = await move_to_answered(work, move)
    if case.source in CHATS and case.conversation_id:
        await _queue(work, case, answer, replies, limits)
    elif mails and await _has_address(work, case):
        await work.jobs.defer(Job.MAIL_ANSWER, case_id=case.id)
    return case


async def _has_address(work: UnitOfWork, case: Case) -> bool:
    kept = await work.cases.latest_content(case.id, ContentKind.CONTACT)
    return bool(kept and json.loads(kept).get("email"))


async def _queue(
    work: UnitOfWork,
    case: Case,
    answer: str,
    replies: Replies,
    limits: Mapping[ChannelName, ChannelLimits],
) -> None:
    conversation = await work.conversations.find(case.conversation_id)
    channel = ChannelName(case.source)
    words = replies[conversation.lang if conversation else DEFAULT_LANGUAGE]
    messages = await _messages(work, case, answer, words, limits[channel])
    rows = [
        NewMessage(
            channel=channel,
            conversation_id=case.conversation_id,
            message=message,
            message_class=MessageClass.MUST_REACH,
            speaker=Speaker.STAFF,
            tag=work.ids(),
            case_id=case.id,
        )
        for message in messages
    ]
    await work.outbox.add_all(rows, work.clock())
    await work.notify(OUTBOX_READY, case.conversation_id)


async def _messages(
    work: UnitOfWork, case: Case, answer: str, words: Language, limits: ChannelLimits
) -> list[Outbound]:
    asked = await work.cases.contents(case.id, ContentKind.QUESTION)
    question = " ".join(asked[0].split()) if asked else ""
    if len(question) > _REMINDER:
        question = question[: _REMINDER - 1].rstrip() + "…"
    values = {"code": case.code, "question": question, "answer": answer}
    header = words.text("header_staff", {"agency": await _agency(work, case.agency_code)})
    messages = compose(header, [words.text("agency_answer", values)], limits)
    return [*messages[:-1], replace(messages[-1], choices=_choices(case, words))]


async def _agency(work: UnitOfWork, code: str) -> str:
    row = await work.catalogue.find("agencies", code) if code else None
    return str(row["name"]) if row else code


def _choices(case: Case, words: Language) -> tuple[Choice, ...]:
    """Buttons only: numbers belong to what the assistant itself asks."""
    return (
        _rated(case, words, Satisfaction.SATISFIED),
        _rated(case, words, Satisfaction.NEUTRAL),
        Choice(words.label("unsolved").button, make_payload(Verb.UNSOLVED, case.code)),
    )


def _rated(case: Case, words: Language, satisfaction: Satisfaction) -> Choice:
    payload = make_payload(Verb.RATE, case.code, satisfaction)
    return Choice(words.label(satisfaction).button, payload)
