"""Under every automatic answer: was this what you meant?"""

from collections.abc import Sequence

from bot.choices import Option
from bot.context import Turn
from bot.learning import keep_sample
from bot.payloads import Verb, make_payload
from casework.samples import SampleReason
from knowledge.search.index import Hit, HitKind

#: Alternatives shown after "not what I meant".
_ALTERNATIVES = 3
_LOOKED_AT = 8
#: Alternatives so far behind the best hit have nothing to do with the question.
_BEHIND = 0.7
#: A hit this weak shares a common word with the question, nothing more.
_WEAK = 0.2
#: The score that only a name said in full reaches.
_SAID_IN_FULL = 0.75


def judge_options(turn: Turn) -> tuple[Option, ...]:
    """The choices that end every automatic answer with substance."""
    row = turn.talk.question_row
    return (
        turn.option("intended", Verb.INTENDED),
        turn.option("not_intended", Verb.NOT_INTENDED, row),
        turn.option("ask_this", Verb.ASK_THIS, row),
    )


async def intended(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.say("intended")


async def not_intended(turn: Turn, arguments: Sequence[str] = ()) -> None:
    """Other answers to the same question, and the way to an agency."""
    row = arguments[0] if arguments else str(turn.talk.question_row)
    question = await turn.words_of(row)
    if row.isdecimal():
        shown = turn.talk.shown if int(row) == turn.talk.question_row else []
        await keep_sample(turn, SampleReason.NOT_INTENDED, question, int(row), shown)
    others = _near(hits_for(turn, question))
    others = [hit for hit in others if shown_mark(hit) not in turn.talk.shown][:_ALTERNATIVES]
    turn.talk.shown += [shown_mark(hit) for hit in others]
    turn.say("alternatives" if others else "no_alternatives")
    turn.offer(
        *(hit_option(hit) for hit in others), turn.option("other_matter", Verb.ASK_THIS, row)
    )


def _near(hits: Sequence[Hit]) -> list[Hit]:
    least = _BEHIND * max((hit.score for hit in hits), default=0.0)
    return [hit for hit in hits if hit.score >= least]


def hits_for(turn: Turn, question: str) -> list[Hit]:
    if not question.strip():
        return []
    hits = turn.knowledge.index.search(question, _LOOKED_AT)
    return [hit for hit in hits if hit.score >= _WEAK]


def named_in_full(turn: Turn) -> Hit | None:
    hit = turn.knowledge.index.answer(turn.text)
    return hit if hit is not None and hit.score >= _SAID_IN_FULL else None


def shown_mark(hit: Hit) -> str:
    return f"{hit.kind}:{hit.ref}"


def hit_option(hit: Hit) -> Option:
    verb = Verb.PROCEDURE if hit.kind is HitKind.PROCEDURE else Verb.FAQ
    return Option(hit.title, make_payload(verb, hit.ref))
