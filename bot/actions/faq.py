"""Ready answers: of the editors, and published answers of agencies."""

from collections.abc import Sequence

from bot.actions.judged import judge_options
from bot.context import Turn
from bot.payloads import Verb

#: Argument that asks for the long answer.
ALL = "all"


async def show_faq(turn: Turn, arguments: Sequence[str]) -> None:
    """`id`, and optionally ALL."""
    ref, part = (*arguments, "", "")[:2]
    faq = turn.knowledge.find_faq(ref, turn.lang, turn.today)
    if faq is None:
        turn.say("answer_gone")
        turn.offer(turn.option("other_matter", Verb.ASK_THIS, turn.talk.question_row))
        return
    turn.talk.flow = None
    turn.talk.shown = [*turn.talk.shown, f"faq:{ref}"][-10:]
    source = turn.render("source", source=faq.source, date=faq.source_date) if faq.source else ""
    text = faq.detail if part == ALL and faq.detail else faq.answer
    foreign = faq.lang.value != turn.lang
    turn.say("faq_answer", question=faq.question, answer=text, source=source, foreign=foreign)
    if faq.detail and part != ALL:
        turn.offer(turn.option("more", Verb.FAQ, ref, ALL))
    turn.offer(*judge_options(turn))
