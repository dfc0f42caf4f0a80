"""How a procedure is done: what was asked first, the rest on request."""

from collections.abc import Sequence
from dataclasses import replace

from bot.actions.faq import show_faq
from bot.actions.judged import hit_option, judge_options, shown_mark
from bot.choices import Option
from bot.context import Turn
from bot.learning import keep_sample
from bot.payloads import Verb
from bot.procedure_view import Facts, facts_of, moved_places, order_of
from bot.talk import Flow, Step
from casework.samples import SampleReason
from knowledge.codes import procedure_base
from knowledge.procedures import Procedure
from knowledge.search.aspects import Aspect, aspect
from knowledge.search.index import Hit, HitKind

#: Argument that asks for everything the catalogue says.
ALL = "all"
_CANDIDATES = 3
#: Candidates below this, or this far behind the best one, have nothing to do with the question.
_FAIR = 0.25
_BEHIND = 0.6
#: Lines of facts in the first message: the one asked for, and two more.
_FACTS = 3
_MOST_PAPERS = 40


async def ask_which(turn: Turn, _: Sequence[str] = ()) -> None:
    """The citizen chose "procedures" without saying which."""
    turn.open_flow(Flow(id=str(turn.row.id), step=Step.PROCEDURE))
    turn.say("procedure_which")


async def answer_question(turn: Turn, _: Sequence[str] = ()) -> None:
    """Find the procedure of a question in the citizen's own words."""
    await answer_text(turn, turn.text, turn.subject_row)


async def answer_text(
    turn: Turn, text: str, row_id: int, prefer: HitKind = HitKind.PROCEDURE
) -> None:
    """Answer what an inbox row asks: the best hit, else up to three, else say so."""
    if not turn.knowledge.index.means_something(text):
        await ask_which(turn)
        return
    turn.talk.flow = None
    turn.talk.ask(text, row_id)
    if hit := turn.knowledge.index.answer(text, prefer):
        await show_hit(turn, hit, text)
        return
    hits = _candidates(turn, text, prefer)
    turn.talk.shown = [shown_mark(hit) for hit in hits]
    await keep_sample(turn, SampleReason.FELL_BACK, text, row_id, turn.talk.shown)
    turn.say("procedure_candidates" if hits else "procedure_unknown")
    turn.offer(
        *(hit_option(hit) for hit in hits), turn.option("other_matter", Verb.ASK_THIS, row_id)
    )


def _candidates(turn: Turn, text: str, prefer: HitKind) -> list[Hit]:
    hits = turn.knowledge.index.search(text, _CANDIDATES, prefer)
    least = max(_FAIR, _BEHIND * max((hit.score for hit in hits), default=0.0))
    return [hit for hit in hits if hit.score >= least]


async def show_hit(turn: Turn, hit: Hit, text: str) -> None:
    if hit.kind is HitKind.PROCEDURE:
        await show(turn, (hit.ref, aspect(text) or ""))
    else:
        await show_faq(turn, (hit.ref,))


async def show(turn: Turn, arguments: Sequence[str]) -> None:
    """`code`, and optionally an aspect or ALL; else the side the question was about."""
    code, asked = (*arguments, "", "")[:2]
    asked = asked or aspect(turn.talk.question) or ""
    procedure = turn.knowledge.procedures.get(code)
    if procedure is None:
        turn.say("procedure_gone")
        turn.offer(turn.option("other_matter", Verb.ASK_THIS, turn.talk.question_row))
        return
    turn.talk.flow = None
    turn.talk.shown = [*turn.talk.shown, f"procedure:{code}"][-10:]
    facts = _with_present_place(turn, procedure, facts_of(procedure))
    if asked == ALL:
        _say_all(turn, procedure, facts)
    elif asked == Aspect.PAPERS:
        _say_papers(turn, procedure, facts)
    else:
        _say_short(turn, procedure, facts, asked)
    turn.offer(*_further(turn, procedure, facts, asked), *judge_options(turn))


def _with_present_place(turn: Turn, procedure: Procedure, facts: Facts) -> Facts:
    """Papers handed in at an agency that has ended go to its successor."""
    place = facts.place
    for name, values in moved_places(procedure, facts, turn.knowledge, turn.today):
        place = turn.render(name, place=place, **values)
    return replace(facts, place=place)


def _say_short(turn: Turn, procedure: Procedure, facts: Facts, asked: str) -> None:
    """Begin with what it is about when no fact was asked for, or what it pays.

    Who reads another language is better served by facts with their names before them.
    """
    lines = [
        turn.render(f"fact_{side}", value=facts.of(side))
        for side in order_of(asked)
        if facts.of(side) or side == asked
    ]
    foreign = procedure.lang.value != turn.lang
    if procedure.summary and (asked == Aspect.AMOUNT or (not asked and not foreign)):
        lines.insert(0, procedure.summary)
    turn.say(
        "procedure_short",
        title=procedure.text,
        lines=lines[:_FACTS],
        source=source_line(turn, procedure, short=True),
        foreign=foreign,
    )


def _say_papers(turn: Turn, procedure: Procedure, facts: Facts) -> None:
    turn.say(
        "procedure_papers",
        title=procedure.text,
        papers=facts.papers[:_MOST_PAPERS],
        url=procedure.url,
        source=source_line(turn, procedure, short=True),
        foreign=procedure.lang.value != turn.lang,
    )


def _say_all(turn: Turn, procedure: Procedure, facts: Facts) -> None:
    turn.say(
        "procedure_all",
        title=procedure.text,
        procedure=procedure,
        facts=facts,
        papers=facts.papers[:_MOST_PAPERS],
        source=source_line(turn, procedure),
        foreign=procedure.lang.value != turn.lang,
    )
    turn.offer_link("open_page", procedure.url)


def _further(turn: Turn, procedure: Procedure, facts: Facts, shown: str) -> tuple[Option, ...]:
    options = []
    if facts.papers and shown not in (ALL, Aspect.PAPERS):
        options.append(turn.option("papers", Verb.PROCEDURE, procedure.code, Aspect.PAPERS))
    if shown != ALL:
        options.append(turn.option("more", Verb.PROCEDURE, procedure.code, ALL))
    return tuple(options)


async def show_code(turn: Turn, arguments: Sequence[str]) -> None:
    """A procedure named by its code, perhaps with a province's own ending."""
    code = arguments[0]
    known = code if code in turn.knowledge.procedures else procedure_base(code)
    turn.talk.ask(turn.text, turn.subject_row)
    await show(turn, (known, aspect(turn.text) or ""))


def source_line(turn: Turn, item: Procedure, *, short: bool = False) -> str:
    """Where the facts come from and of when they are; the catalogue when nothing else is said.

    `short` names the first of several sources; "more" shows all of them.
    """
    source = item.source or turn.render("catalogue_source", code=item.code)
    source = source.split(";")[0] if short else source
    return turn.render("source", source=source, date=item.source_date)
