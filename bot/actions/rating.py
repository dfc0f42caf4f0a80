"""How the citizen found an agency's answer; the last word counts."""

from collections.abc import Sequence

from bot.actions import greeting
from bot.actions.ask_reading import content_in
from bot.actions.further import begin_addition, begin_reopening
from bot.actions.judged import intended, not_intended
from bot.actions.own import find_own
from bot.choices import Option
from bot.context import Turn
from bot.payloads import Verb, make_payload
from casework.cases import Case, CaseKind, Satisfaction
from casework.statuses import OPEN
from casework.use_cases.follow_case import may_rate

_LOOKED_AT = 10
#: With so many words a complaint about an answer says itself what is missing.
_SAYS_WHAT = 9

S = Satisfaction


def rating_options(turn: Turn, code: str) -> tuple[Option, ...]:
    return (
        turn.option("satisfied", Verb.RATE, code, S.SATISFIED),
        turn.option("neutral", Verb.RATE, code, S.NEUTRAL),
        turn.option("unsolved", Verb.UNSOLVED, code),
    )


async def rate(turn: Turn, arguments: Sequence[str]) -> None:
    """`code`, satisfaction."""
    code, said = (*arguments, "", "")[:2]
    if said == S.UNSATISFIED or said not in set(S):
        await unsolved(turn, (code,))
    elif case := await find_own(turn, code):
        await _keep(turn, case, S(said))


async def _keep(turn: Turn, case: Case, satisfaction: Satisfaction) -> None:
    if not may_rate(case):
        turn.say("rated_too_early", code=case.code, due=case.promised_on)
        turn.offer(turn.option("follow", Verb.CASE, case.code), turn.option("menu", Verb.MENU))
        return
    await turn.work.ratings.rate(case.id, satisfaction, turn.now)
    turn.say(f"rated_{satisfaction}", code=case.code)
    if satisfaction is S.NEUTRAL:
        turn.offer(turn.option("unsolved", Verb.UNSOLVED, case.code))
    turn.offer(turn.option("follow", Verb.CASE, case.code), turn.option("menu", Verb.MENU))


async def unsolved(turn: Turn, arguments: Sequence[str], words: str = "") -> None:
    """The answer did not help: remembered at once, then asked what is missing; `code`."""
    case = await find_own(turn, arguments[0] if arguments else "")
    if case is None:
        return
    if case.status in OPEN:
        turn.say("open_again", code=case.code, due=case.promised_on)
        if words:
            await begin_addition(turn, case, words)
            return
        turn.offer(
            turn.option("add_to_case", Verb.ADD_TO, case.code),
            turn.option("follow", Verb.CASE, case.code),
            turn.option("menu", Verb.MENU),
        )
        return
    if may_rate(case):
        await turn.work.ratings.rate(case.id, S.UNSATISFIED, turn.now)
    await begin_reopening(turn, case, words)


async def by_words(turn: Turn, _: Sequence[str] = ()) -> None:
    """Words about an answer: of an agency when that came last, else of the assistant."""
    answered = await _newest_answer(turn)
    unhappy = turn.lexicon.has("unsatisfied_marks", turn.text)
    happy = not unhappy and turn.lexicon.has("satisfied_marks", turn.text)
    if _was_just_answered(turn) and not await _came_later(turn, answered):
        await (intended(turn) if happy else not_intended(turn))
    elif answered is None and unhappy and (waiting := await _newest_open(turn)):
        await unsolved(turn, (waiting.code,))
    elif answered is None:
        turn.say("rating_taken")
        turn.offer(turn.option("ask", Verb.ASK, CaseKind.QUESTION), turn.option("menu", Verb.MENU))
    elif happy:
        await _keep(turn, answered, S.SATISFIED)
    elif unhappy:
        says_what = len(turn.text.split()) >= _SAYS_WHAT and bool(content_in(turn))
        await unsolved(turn, (answered.code,), turn.text if says_what else "")
    else:
        turn.say("rating_answered", code=answered.code)
        turn.offer(*rating_options(turn, answered.code), turn.option("menu", Verb.MENU))


async def thank(turn: Turn, _: Sequence[str] = ()) -> None:
    """Thanks for an answer that just came may say more than thanks."""
    judged = turn.lexicon.has("satisfied_marks", turn.text) or turn.lexicon.has(
        "unsatisfied_marks", turn.text
    )
    if judged and await _came_later(turn, await _newest_answer(turn)):
        await by_words(turn)
    else:
        await greeting.thank(turn)


async def _newest_answer(turn: Turn) -> Case | None:
    cases = await turn.work.cases.of_conversation(turn.conversation_id, _LOOKED_AT)
    answered = [case for case in cases if may_rate(case) and case.answered_at is not None]
    return max(answered, key=lambda case: case.answered_at or turn.now, default=None)


async def _newest_open(turn: Turn) -> Case | None:
    cases = await turn.work.cases.of_conversation(turn.conversation_id, _LOOKED_AT)
    return next((case for case in cases if case.status in OPEN), None)


def _was_just_answered(turn: Turn) -> bool:
    """Whether the last message of the assistant was an answer that can be wrong."""
    wrong = make_payload(Verb.NOT_INTENDED), make_payload(Verb.ASK_THIS)
    return bool(turn.talk.shown) and any(
        payload.startswith(wrong) for _, payload, *_ in turn.talk.choices
    )


async def _came_later(turn: Turn, answered: Case | None) -> bool:
    """Whether an agency answered after the citizen last heard the assistant."""
    if answered is None or answered.answered_at is None or not turn.talk.last_row:
        return False
    return answered.answered_at >= await turn.received_at(turn.talk.last_row)
