"""Ready answers: of the editors, and published answers of agencies."""

from collections.abc import Sequence

from bot.actions.judged import judge_options
from bot.context import Turn
from bot.payloads import Verb
from bot.published_faqs import page_of

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
    page = _public_page(turn, ref)
    turn.say("faq_answer", answer=text, source=source, foreign=foreign, page=page)
    turn.offer_link("open_answer", page)
    if faq.detail and part != ALL:
        turn.offer(turn.option("more", Verb.FAQ, ref, ALL))
    turn.offer(*judge_options(turn))


def _public_page(turn: Turn, ref: str) -> str:
    """Where the portal shows this answer; empty when there is no portal or no such page."""
    page = page_of(ref)
    return f"{turn.office.public_url}{page}" if page and turn.office.public_url else ""
