"""Addresses, telephone numbers, hours and general facts: ready answers and the directory."""

from collections.abc import Sequence

from bot.actions.judged import judge_options
from bot.actions.procedures import answer_text, show_hit
from bot.choices import Option
from bot.context import Turn
from bot.knowledge_holder import plain_words
from bot.payloads import Verb, make_payload
from knowledge.agencies import Agency
from knowledge.search.index import HitKind

_MOST_AGENCIES = 5


async def ask_info(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.talk.flow = None
    turn.talk.ask(turn.text, turn.subject_row)
    agencies = _named(turn)
    hit = turn.knowledge.index.answer(turn.text, HitKind.FAQ)
    if hit is not None and (hit.kind is HitKind.FAQ or not agencies):
        await show_hit(turn, hit, turn.text)
    elif len(agencies) == 1:
        _show(turn, agencies[0])
    elif agencies:
        turn.say("agency_which")
        turn.offer(*(_option(agency) for agency in agencies[:_MOST_AGENCIES]))
    else:
        await answer_text(turn, turn.text, turn.subject_row, HitKind.FAQ)


def _named(turn: Turn) -> list[Agency]:
    """Agencies by name; communes by their own when the words speak of the office there."""
    said = f"{turn.text} {turn.entity('agency')}"
    found = turn.knowledge.find_agencies(said, turn.today)
    if not found and turn.lexicon.has("commune_office_marks", turn.text):
        found = turn.knowledge.find_communes(said, turn.today)
    return found


def names_agency_only(turn: Turn) -> bool:
    """Whether the message is the name of one agency and nothing else."""
    said = plain_words(turn.text)
    named = {code for name, code in turn.knowledge.agency_names if name == said}
    return any(turn.knowledge.agencies[code].exists_on(turn.today) for code in named)


async def show_agency(turn: Turn, arguments: Sequence[str]) -> None:
    agency = turn.knowledge.agencies.get(arguments[0] if arguments else "")
    if agency is None:
        turn.say("answer_gone")
        turn.offer(turn.option("menu", Verb.MENU))
    else:
        _show(turn, agency)


def _option(agency: Agency) -> Option:
    return Option(agency.short_name, make_payload(Verb.AGENCY, agency.code), agency.name)


def _show(turn: Turn, agency: Agency) -> None:
    turn.talk.shown = [*turn.talk.shown, f"agency:{agency.code}"][-10:]
    source = turn.render("source", source=agency.source, date=agency.source_date)
    numbers = [line.number for line in turn.knowledge.numbers("information")]
    turn.say("agency", agency=agency, source=source if agency.source else "", numbers=numbers)
    turn.offer(*judge_options(turn))
