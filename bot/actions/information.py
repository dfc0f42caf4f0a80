"""Addresses, telephone numbers, hours and general facts: ready answers and the directory."""

from collections.abc import Sequence

from bot.actions.judged import judge_options
from bot.actions.procedures import answer_text, show_hit
from bot.choices import Option
from bot.context import Turn
from bot.intents import Intent
from bot.payloads import Verb, make_payload
from bot.suspicion import looks_grave
from casework.cases import CaseKind
from knowledge.agencies import Agency, AgencyKind
from knowledge.agency_names import plain_words
from knowledge.fields import Field
from knowledge.search.index import HitKind
from knowledge.successions import Succession, has_ended

_MOST_AGENCIES = 5
#: Words that speak of the office of a place, where only the place is named …
_OFFICE_MARKS = ("commune_office_marks", "leader_marks")
_DISTRICT = "huyen "
#: … and a longer text than this tells a story.
_MOST_WORDS = 12
#: What a question after an agency that has ended is taken for.
_MAY_ASK = frozenset(
    {Intent.ASK_INFO, Intent.ASK_PROCEDURE, Intent.ASK_SCHEDULE, Intent.OUT_OF_SCOPE}
)


async def ask_info(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.talk.flow = None
    turn.talk.ask(turn.text, turn.subject_row)
    agencies = _named(turn)
    if not agencies and (ended := _ended(turn)):
        _lead_on(turn, ended)
        return
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
    if not found and any(turn.lexicon.has(name, turn.text) for name in _OFFICE_MARKS):
        found = turn.knowledge.find_communes(said, turn.today)
    return found


def _ended(turn: Turn) -> list[Succession]:
    """What became of agencies that are still asked for by their old name."""
    said = turn.entity("field")
    field = Field(said) if said in set(Field) else None
    text = f"{turn.text} {turn.entity('agency')}"
    found = turn.knowledge.successions(text, turn.today, field)
    return found or [turn.knowledge.succession(one, turn.today) for one in _districts(turn)]


def _districts(turn: Turn) -> list[Agency]:
    """Those that have ended, by the name of the place: "the district office of Cang Long"."""
    if not turn.lexicon.has("district_office_marks", turn.text):
        return []
    said = f" {plain_words(turn.text)} "
    return [
        agency
        for agency in turn.knowledge.agencies.values()
        if agency.kind is AgencyKind.DISTRICT
        and has_ended(agency, turn.today)
        and f" {plain_words(agency.area).removeprefix(_DISTRICT)} " in said
    ]


def asks_for_agency(turn: Turn) -> bool:
    """Whether a message only names one agency, or asks what became of one."""
    return _is_a_name(turn) or _asks_what_became(turn)


def _asks_what_became(turn: Turn) -> bool:
    if turn.reading is None or turn.reading.intent not in _MAY_ASK or looks_grave(turn):
        return False
    short = len(turn.text.split()) <= _MOST_WORDS
    asks = short and turn.lexicon.has("ended_marks", turn.text)
    return asks and not _named(turn) and bool(_ended(turn))


def _is_a_name(turn: Turn) -> bool:
    """Of today or before, and nothing else."""
    said = plain_words(turn.text)
    named = {code for name, code in turn.knowledge.agency_names if name == said}
    known = [turn.knowledge.agencies[code] for code in named]
    return any(one.exists_on(turn.today) or has_ended(one, turn.today) for one in known)


async def show_agency(turn: Turn, arguments: Sequence[str]) -> None:
    agency = turn.knowledge.agencies.get(arguments[0] if arguments else "")
    if agency is None:
        turn.say("answer_gone")
        turn.offer(turn.option("menu", Verb.MENU))
    elif has_ended(agency, turn.today):
        _lead_on(turn, [turn.knowledge.succession(agency, turn.today)])
    else:
        _show(turn, agency)


def _lead_on(turn: Turn, ended: Sequence[Succession]) -> None:
    """From agencies that are no more to those that do their work."""
    heirs = list(dict.fromkeys(heir for one in ended for heir in one.heirs))
    if len(ended) == 1 and len(heirs) == 1:
        values = {"old": ended[0].name, "since": ended[0].since, "heir": heirs[0].name}
        before = turn.render("agency_became", **values)
        _show(turn, heirs[0], before)
        return
    numbers = turn.numbers_to_ask()
    more = len(heirs) > _MOST_AGENCIES
    turn.say("agency_ended", successions=ended, heirs=heirs, more=more, numbers=numbers)
    turn.offer(*(_option(agency) for agency in heirs[:_MOST_AGENCIES]))
    if not heirs:
        turn.offer(turn.option("ask", Verb.ASK, CaseKind.QUESTION))


def _option(agency: Agency) -> Option:
    return Option(agency.short_name, make_payload(Verb.AGENCY, agency.code), agency.name)


def _show(turn: Turn, agency: Agency, before: str = "") -> None:
    """`before` is said first, in the same message."""
    turn.talk.shown = [*turn.talk.shown, f"agency:{agency.code}"][-10:]
    source = turn.render("source", source=agency.source, date=agency.source_date)
    numbers = turn.numbers_to_ask()
    values = {"agency": agency, "source": source if agency.source else "", "numbers": numbers}
    turn.say("agency", before=before, **values)
    turn.offer(*judge_options(turn))
